import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Prices } from '../../src/engine/types.ts';

interface Kind {
  readonly seed?: number;
  readonly days?: number;
  readonly assets?: number;
  /** How much of a day's return comes again the next day: 0 is a random walk, 0.9 is easy to foresee. */
  readonly momentum?: number;
}

const dayAfter = (days: number): string => new Date(Date.UTC(2015, 0, 1 + days)).toISOString().slice(0, 10);

/** Prices from 2015-01-01, a row a calendar day. */
export const randomPrices = ({ seed = 1, days = 520, assets = 3, momentum = 0 }: Kind = {}): Prices => {
  const generator = xoroshiro128plus(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator))) * Math.cos(2 * Math.PI * uniformFloat64(generator));
  const closes: number[][] = [Array.from({ length: assets }, () => 100)];
  let returns = Array.from({ length: assets }, () => 0);
  for (let t = 1; t < days; t += 1) {
    returns = returns.map((r) => momentum * r + 0.01 * Math.sqrt(1 - momentum ** 2) * normal());
    closes.push(closes[t - 1]!.map((price, j) => price * (1 + returns[j]!)));
  }
  return {
    dates: closes.map((_, t) => dayAfter(t)),
    tickers: Array.from({ length: assets }, (_, j) => `T${j}`),
    closes,
  };
};

/** The same prices, but every row from `row` on is another market's. */
export const changedFrom = (prices: Prices, row: number): Prices => ({
  ...prices,
  closes: prices.closes.map((closes, t) =>
    t < row ? closes : closes.map((price, j) => price * (1 + 0.08 * Math.sin(t + j + 1))),
  ),
});
