import type { LoadedPrices, Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { commonSpan, fillGaps } from './align.ts';
import { checkRawPrices, listNames, tradingRows, type InputSource, type RawPrices } from './raw-prices.ts';

const MIN_ASSETS = 2;
/** As many as a model is trained on. */
const MIN_DAYS = 500;

/**
 * Prices for a model: those of `alignPrices`, with at least 2 assets, 500 days, and no constant price.
 * @param where the source in words, for errors: `prices.csv`
 * @param option the option that errors name
 * @param until the ISO day at which the prices are cut; any number of days is enough then
 * @throws UserError as `alignPrices`, and for a price that never moves
 */
export function createPrices(
  raw: RawPrices,
  where: string,
  option = 'prices',
  until?: string,
): Pick<LoadedPrices, 'prices' | 'notes'> {
  const source = { where, option };
  const aligned = alignPrices(raw, { assets: MIN_ASSETS, days: until === undefined ? MIN_DAYS : 1 }, source);
  checkMoves(aligned.prices, source);
  return aligned;
}

/**
 * Aligns closes on one calendar. A row without any price is skipped. A late listing shortens the history. Up to 5
 * blanks in a row are filled with the close before. Up to 5 last rows that lack a ticker are dropped, since today's
 * price must not be invented. `notes` reports all of this.
 * @param least the smallest numbers of assets and days
 * @returns deeply frozen prices
 * @throws UserError naming row and ticker when tickers, dates or prices are invalid, or there are too few
 */
export function alignPrices(
  given: RawPrices,
  least: { readonly assets: number; readonly days: number },
  source: InputSource,
): Pick<LoadedPrices, 'prices' | 'notes'> {
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

function frozenRows(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return Object.freeze(rows.map((row) => Object.freeze([...row])));
}

/** @throws UserError for a price that never moves, which has no risk to model */
function checkMoves({ tickers, closes }: Prices, { where, option }: InputSource): void {
  const constant = tickers.filter((_, j) => closes.every((row) => row[j] === closes[0]![j]));
  if (constant.length === 0) return;
  throw new UserError(
    `${where}: the price of ${listNames(constant)} is the same on all ${closes.length} days; leave it out.`,
    { option, code: 'prices.constant', data: { where, tickers: constant, days: closes.length } },
  );
}
