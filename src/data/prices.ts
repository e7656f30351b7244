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

const frozenRows = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  Object.freeze(rows.map((row) => Object.freeze([...row])));

/**
 * Rows are the calendar and blanks are gaps; a row without any price is no day of it. A late listing shortens the history, up to 5 blanks in a
 * row are filled with the close before, and up to 5 last rows that not every ticker has are dropped
 * (today's price is never invented); `notes` says each.
 * @param where the source in words, named in every error: `prices.csv`
 * @param option the option that errors blame
 * @throws UserError naming row and ticker when tickers, dates or prices are not what they must be
 */
export function createPrices(given: RawPrices, where: string, option = 'prices'): { prices: Prices; notes: string[] } {
  const origin = { where, option };
  checkTickers(given, origin);
  checkDates(given, origin);
  checkCloses(given, origin);
  checkCurrencies(given, origin);
  const raw = tradingRows(given);
  const span = alignedSpan(raw, origin);
  const filled = fillGaps(raw, span, origin);
  const dates = raw.dates.slice(span.from, span.until);
  checkMoves(raw.tickers, filled.closes, origin);
  const currencies = raw.currencies?.filter((currency) => currency !== undefined);
  const prices: Prices = Object.freeze({
    dates: Object.freeze(dates),
    tickers: Object.freeze([...raw.tickers]),
    closes: frozenRows(filled.closes),
    ...(raw.volumes && { volumes: frozenRows(raw.volumes.slice(span.from, span.until)) }),
    ...(currencies?.length === raw.tickers.length && { currencies: Object.freeze(currencies) }),
    ...(raw.sectors && { sectors: Object.freeze([...raw.sectors]) }),
  });
  return { prices, notes: [...span.notes, ...filled.notes] };
}
