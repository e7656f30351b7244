import type { Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { commonSpan, fillGaps } from './align.ts';
import { checkRawPrices, listNames, tradingRows, type InputSource, type RawPrices } from './raw-prices.ts';

const ENOUGH_TO_LEARN = { assets: 2, days: 500 };

interface NotedPrices {
  readonly prices: Prices;
  /** Sentences for people: late listings, early ends, filled gaps. */
  readonly notes: readonly string[];
}

/**
 * What a model can learn from: as `alignPrices`, but at least 2 assets and 500 days, and no price that stands still.
 * @param where the source in words, named in every error: `prices.csv`
 * @param option the option that errors blame
 * @throws UserError as there
 */
export function createPrices(raw: RawPrices, where: string, option = 'prices'): NotedPrices {
  const source = { where, option };
  const aligned = alignPrices(raw, ENOUGH_TO_LEARN, source);
  checkMoves(aligned.prices, source);
  return aligned;
}

/**
 * Rows are the calendar and blanks are gaps; a row without any price is no day of it. A late listing shortens the
 * history, up to 5 blanks in a row are filled with the close before, and up to 5 last rows that not every ticker has
 * are dropped (today's price is never invented); `notes` says each.
 * @returns prices of at least so many assets and days, deeply frozen
 * @throws UserError naming row and ticker when tickers, dates or prices are not what they must be
 */
export function alignPrices(
  given: RawPrices,
  least: { readonly assets: number; readonly days: number },
  source: InputSource,
): NotedPrices {
  checkRawPrices(given, least.assets, source);
  const raw = tradingRows(given);
  const span = commonSpan(raw, least.days, source);
  const { closes, notes } = fillGaps(raw, span, source);
  const currencies = raw.currencies?.filter((currency) => currency !== undefined);
  const prices: Prices = Object.freeze({
    dates: Object.freeze(raw.dates.slice(span.from, span.until)),
    tickers: Object.freeze([...raw.tickers]),
    closes: frozenRows(closes),
    ...(raw.volumes && { volumes: frozenRows(raw.volumes.slice(span.from, span.until)) }),
    ...(currencies?.length === raw.tickers.length && { currencies: Object.freeze(currencies) }),
    ...(raw.sectors && { sectors: Object.freeze([...raw.sectors]) }),
  });
  return { prices, notes: [...span.notes, ...notes] };
}

const frozenRows = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  Object.freeze(rows.map((row) => Object.freeze([...row])));

/** A price that never moves has no risk to model. */
function checkMoves({ tickers, closes }: Prices, { where, option }: InputSource): void {
  const constant = tickers.filter((_, j) => closes.every((row) => row[j] === closes[0]![j]));
  if (constant.length === 0) return;
  throw new UserError(
    `${where}: the price of ${listNames(constant)} is the same on all ${closes.length} days; leave it out.`,
    { option, code: 'prices.constant', data: { where, tickers: constant, days: closes.length } },
  );
}
