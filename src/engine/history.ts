// A History ends at a date and holds no later prices. All code that decides at a date gets only a History.
import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { oncePer } from './once-per.ts';
import type { Matrix, Prices } from './types.ts';

/** The smallest history. With fewer days, the blocks of a training would be too short to mean anything. */
export const MIN_DAYS = 500;

/** Risk is measured on the newest returns, at most so many; older ones are not used. */
export const MEASURED_DAYS = 2500;

/** The prices up to a date. */
export interface History {
  readonly prices: Prices;
  /** ISO day of the newest price. */
  readonly until: string;
}

function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
  );
}

/** How many of the dates come until a day; all without one. */
export function rowsUntil(dates: readonly string[], until: string | undefined): number {
  const later = until === undefined ? -1 : dates.findIndex((date) => date > until);
  return later === -1 ? dates.length : later;
}

/** Rows [first, to), of those that there are. */
export function daysBetween(prices: Prices, first: number, to: number): Prices {
  const from = Math.max(0, first);
  return Object.freeze({
    ...prices,
    dates: Object.freeze(prices.dates.slice(from, to)),
    closes: Object.freeze(prices.closes.slice(from, to)),
    ...(prices.volumes && { volumes: Object.freeze(prices.volumes.slice(from, to)) }),
  });
}

/** The last `days` rows, or all if there are fewer. */
export function lastDays(prices: Prices, days: number): Prices {
  return daysBetween(prices, prices.dates.length - days, prices.dates.length);
}

/** The days that risk is measured on: MEASURED_DAYS returns, or all if there are fewer. The same object each time. */
export const measuredDays = oncePer((prices: Prices): Prices =>
  prices.dates.length <= MEASURED_DAYS + 1 ? prices : lastDays(prices, MEASURED_DAYS + 1),
);

/** @returns (T − 1, n) simple daily returns, P_t / P_{t−1} − 1 */
export function dailyReturns({ closes, tickers }: Prices): Matrix {
  const rows = closes.length - 1;
  const cols = tickers.length;
  const data = new Float64Array(rows * cols);
  for (let t = 0; t < rows; t += 1) {
    for (let j = 0; j < cols; j += 1) data[t * cols + j] = closes[t + 1]![j]! / closes[t]![j]! - 1;
  }
  return { rows, cols, data };
}

/** @returns (n) the largest return of each column, in size */
export function largestReturns({ rows, cols, data }: Matrix): number[] {
  const largest = Array.from({ length: cols }, () => 0);
  for (let i = 0; i < rows * cols; i += 1) largest[i % cols] = Math.max(largest[i % cols]!, Math.abs(data[i]!));
  return largest;
}

/**
 * @param until the last ISO day that the history includes; absent: all days
 * @throws UserError (option `as-of`) when `until` is not a day, or leaves fewer than MIN_DAYS days
 */
export function historyUntil(prices: Prices, until?: string): History {
  if (until !== undefined && !isDay(until)) {
    throw new UserError(`Expected a day as YYYY-MM-DD, got "${until}".`, {
      option: 'as-of',
      code: 'history.not-a-day',
      data: { got: until },
    });
  }
  const rows = rowsUntil(prices.dates, until);
  if (rows < MIN_DAYS) {
    const [first, upTo] = [prices.dates[0]!, until ?? prices.dates.at(-1)!];
    throw new UserError(
      `A model needs at least ${MIN_DAYS} days of prices, but from ${first} until ${upTo} there are ${rows}; take a later date or a longer history.`,
      { option: 'as-of', code: 'history.too-short', data: { needed: MIN_DAYS, days: rows, from: first, until: upTo } },
    );
  }
  const known = rows === prices.dates.length ? prices : daysBetween(prices, 0, rows);
  return Object.freeze({ prices: known, until: prices.dates[rows - 1]! });
}

/**
 * SHA-256 over tickers, dates and closes (float64 bytes).
 *
 * @param window only the last `days` rows up to the day `until`, to match a model with its training prices
 */
export function pricesHash(prices: Prices, window?: { readonly until: string; readonly days: number }): string {
  const { tickers, dates, closes } = window
    ? lastDays(daysBetween(prices, 0, rowsUntil(prices.dates, window.until)), window.days)
    : prices;
  return createHash('sha256')
    .update(JSON.stringify([tickers, dates]))
    .update(Float64Array.from(closes.flat()))
    .digest('hex');
}

/**
 * SHA-256 over the tickers and all dates and closes up to and including each row, in one pass over the prices.
 *
 * @param rows ascending
 */
export function prefixHashes({ tickers, dates, closes }: Prices, rows: readonly number[]): string[] {
  const hash = createHash('sha256').update(JSON.stringify(tickers));
  let hashed = 0;
  return rows.map((row) => {
    for (; hashed <= row; hashed += 1) hash.update(dates[hashed]!).update(Float64Array.from(closes[hashed]!));
    return hash.copy().digest('hex');
  });
}
