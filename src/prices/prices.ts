// Pure: what a file or a vendor gave → Prices: validated, on one calendar, deeply frozen.
import type { Prices } from '../engine/types.ts';
import { alignedSpan, fillGaps, tradingRows } from './align.ts';
import { checkCloses, checkCurrencies, checkDates, checkMoves, checkTickers } from './checks.ts';

/** Closes as they came; `undefined` is a blank. */
export interface RawPrices {
  /** (T) ISO days. */
  readonly dates: readonly string[];
  /** (n) */
  readonly tickers: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly (number | undefined)[])[];
  /** (T, n) */
  readonly volumes?: readonly (readonly number[])[];
  /** (n) `undefined` where the vendor names none. */
  readonly currencies?: readonly (string | undefined)[];
  /** (n) */
  readonly sectors?: readonly string[];
  /** The line of the file that row t came from. */
  readonly rowOf?: (t: number) => number;
}

/** What errors name: the source in words, and the option through which a person chose it. */
export interface Origin {
  readonly where: string;
  readonly option: string;
}

const ENOUGH_TO_LEARN = { assets: 2, days: 500 };

/** Closes on one calendar, without blanks. */
export interface AlignedCloses {
  /** What was given, but for the rows on which nothing was traded. */
  readonly raw: RawPrices;
  /** The rows of `raw` that `closes` are of: [from, until). */
  readonly span: { readonly from: number; readonly until: number };
  /** (until − from, n) */
  readonly closes: readonly (readonly number[])[];
  readonly notes: readonly string[];
}

/**
 * Rows are the calendar and blanks are gaps; a row without any price is no day of it. A late listing shortens the history, up to 5 blanks in a
 * row are filled with the close before, and up to 5 last rows that not every ticker has are dropped
 * (today's price is never invented); `notes` says each.
 * @throws UserError naming row and ticker when tickers, dates or prices are not what they must be
 */
export function alignCloses(
  given: RawPrices,
  least: { readonly assets: number; readonly days: number },
  origin: Origin,
): AlignedCloses {
  checkTickers(given, least.assets, origin);
  checkDates(given, origin);
  checkCloses(given, origin);
  checkCurrencies(given, origin);
  const raw = tradingRows(given);
  const span = alignedSpan(raw, least.days, origin);
  const { closes, notes } = fillGaps(raw, span, origin);
  return { raw, span, closes, notes: [...span.notes, ...notes] };
}

const frozenRows = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  Object.freeze(rows.map((row) => Object.freeze([...row])));

/**
 * What a model can learn from: as `alignCloses`, but at least 2 assets and 500 days, and none that stands still.
 * @param where the source in words, named in every error: `prices.csv`
 * @param option the option that errors blame
 * @throws UserError as there
 */
export function createPrices(given: RawPrices, where: string, option = 'prices'): { prices: Prices; notes: string[] } {
  const origin = { where, option };
  const { raw, span, closes, notes } = alignCloses(given, ENOUGH_TO_LEARN, origin);
  checkMoves(raw.tickers, closes, origin);
  const currencies = raw.currencies?.filter((currency) => currency !== undefined);
  const prices: Prices = Object.freeze({
    dates: Object.freeze(raw.dates.slice(span.from, span.until)),
    tickers: Object.freeze([...raw.tickers]),
    closes: frozenRows(closes),
    ...(raw.volumes && { volumes: frozenRows(raw.volumes.slice(span.from, span.until)) }),
    ...(currencies?.length === raw.tickers.length && { currencies: Object.freeze(currencies) }),
    ...(raw.sectors && { sectors: Object.freeze([...raw.sectors]) }),
  });
  return { prices, notes: [...notes] };
}
