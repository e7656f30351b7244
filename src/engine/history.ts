// Pure: the one door for time. Whatever decides at a date is given a History, never the prices.
import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import type { Prices } from './types.ts';

/** Fewer common days than this leave the blocks of a training too short to mean anything. */
export const MIN_DAYS = 500;

/** The prices up to a date. No later row can be reached through it. */
export interface History {
  readonly prices: Prices;
  /** The last day served: that of the newest price. */
  readonly until: string;
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

const rowsUntil = (dates: readonly string[], until: string): number => {
  const later = dates.findIndex((date) => date > until);
  return later === -1 ? dates.length : later;
};

const sliceRows = (prices: Prices, from: number, to: number): Prices =>
  Object.freeze({
    ...prices,
    dates: Object.freeze(prices.dates.slice(from, to)),
    closes: Object.freeze(prices.closes.slice(from, to)),
    ...(prices.volumes && { volumes: Object.freeze(prices.volumes.slice(from, to)) }),
  });

/** The last `days` rows, or all there are. */
export const lastDays = (prices: Prices, days: number): Prices =>
  sliceRows(prices, Math.max(0, prices.dates.length - days), prices.dates.length);

/**
 * @param until ISO day, the last that may be seen; without it, all prices are served
 * @throws UserError (option `as-of`) when `until` is not a day, or leaves fewer than MIN_DAYS days
 */
export const historyUntil = (prices: Prices, until?: string): History => {
  if (until !== undefined && !isDay(until)) {
    throw new UserError(`as-of takes a day as YYYY-MM-DD, got "${until}".`, 'as-of');
  }
  const rows = until === undefined ? prices.dates.length : rowsUntil(prices.dates, until);
  if (rows < MIN_DAYS) {
    const [first, upTo] = [prices.dates[0]!, until ?? prices.dates.at(-1)!];
    throw new UserError(
      `A model needs at least ${MIN_DAYS} days of prices, but from ${first} until ${upTo} there are ${rows}; take a later date or a longer history.`,
      'as-of',
    );
  }
  return Object.freeze({ prices: sliceRows(prices, 0, rows), until: prices.dates[rows - 1]! });
};

/**
 * SHA-256 over tickers, dates and closes (float64 bytes).
 *
 * @param window only the last `days` rows up to the day `until`, so that a model can be matched with
 * the prices it was trained on
 */
export const pricesHash = (prices: Prices, window?: { readonly until: string; readonly days: number }): string => {
  const { tickers, dates, closes } = window
    ? lastDays(sliceRows(prices, 0, rowsUntil(prices.dates, window.until)), window.days)
    : prices;
  return createHash('sha256')
    .update(JSON.stringify([tickers, dates]))
    .update(Float64Array.from(closes.flat()))
    .digest('hex');
};

/**
 * For each of the rows, ascending: SHA-256 over tickers, and dates and closes until that row. One pass over the
 * prices.
 */
export const prefixHashes = ({ tickers, dates, closes }: Prices, rows: readonly number[]): string[] => {
  const hash = createHash('sha256').update(JSON.stringify(tickers));
  let hashed = 0;
  return rows.map((row) => {
    for (; hashed <= row; hashed += 1) hash.update(dates[hashed]!).update(Float64Array.from(closes[hashed]!));
    return hash.copy().digest('hex');
  });
};
