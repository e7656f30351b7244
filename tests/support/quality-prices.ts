import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Prices } from '../../src/engine/types.ts';

/** Weekdays from 2018-01-01. */
const weekdaysFrom2018 = (days: number): string[] =>
  Array.from({ length: days }, (_, t) => {
    const time = Date.UTC(2018, 0, 1) + (7 * Math.floor(t / 5) + (t % 5)) * 86_400_000;
    return new Date(time).toISOString().slice(0, 10);
  });

/** Random walks on weekdays, with daily moves of about 1 %. */
export function walks(tickers: readonly string[], days = 620, size = 0.01): Prices {
  const generator = xoroshiro128plus(7);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator))) * Math.cos(2 * Math.PI * uniformFloat64(generator));
  const prices = tickers.map(() => 100);
  return {
    dates: weekdaysFrom2018(days),
    tickers,
    closes: Array.from({ length: days }, () => tickers.map((_, j) => (prices[j]! *= 1 + size * normal()))),
  };
}

/** The prices with those of one asset changed. @param change of the close of row t; it may read the closes before it */
export function withColumn(
  prices: Prices,
  ticker: string,
  change: (close: number, t: number, column: readonly number[]) => number,
): Prices {
  const j = prices.tickers.indexOf(ticker);
  const column: number[] = [];
  for (const [t, row] of prices.closes.entries()) column.push(change(row[j]!, t, column));
  return { ...prices, closes: prices.closes.map((row, t) => row.with(j, column[t]!)) };
}

/** The close of row `from − 1` from there on, for some days. */
export const frozen =
  (from: number, days = Infinity) =>
  (close: number, t: number, before: readonly number[]) =>
    t >= from && t < from + days ? before[from - 1]! : close;

/** Closes times a factor from a row on. */
export const scaled = (from: number, factor: number) => (close: number, t: number) =>
  t >= from ? close * factor : close;
