import { describe, expect, it } from 'vitest';
import type { Prices } from '../../../src/engine/types.ts';
import { loadSample, sampleMarket } from '../../../src/prices/vendors/sample.ts';

const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);
const mean = (xs: readonly number[]): number => sum(xs) / xs.length;
const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)]!;

const deviation = (xs: readonly number[]): number => {
  const centre = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x - centre) ** 2)));
};

const kurtosis = (xs: readonly number[]): number => {
  const centre = mean(xs);
  const squares = xs.map((x) => (x - centre) ** 2);
  return mean(squares.map((s) => s * s)) / mean(squares) ** 2;
};

const correlation = (xs: readonly number[], ys: readonly number[]): number => {
  const [mx, my] = [mean(xs), mean(ys)];
  return mean(xs.map((x, i) => (x - mx) * (ys[i]! - my))) / (deviation(xs) * deviation(ys));
};

/** Of |r| at a lag. */
const clustering = (xs: readonly number[], lag: number): number => {
  const sizes = xs.map(Math.abs);
  return correlation(sizes.slice(lag), sizes.slice(0, -lag));
};

/** (n, T − 1) daily returns. */
const returnsOf = ({ tickers, closes }: Prices): number[][] =>
  tickers.map((_, j) => closes.slice(1).map((row, t) => row[j]! / closes[t]![j]! - 1));

const equalWeighted = (returns: readonly number[][]): number[] =>
  returns[0]!.map((_, t) => mean(returns.map((r) => r[t]!)));

/** The deepest fall, and the rows from its peak to its trough. */
function deepestFall(returns: readonly number[]): { depth: number; from: number; until: number } {
  let [wealth, peak, peakAt] = [1, 1, 0];
  let worst = { depth: 0, from: 0, until: 0 };
  returns.forEach((r, t) => {
    wealth *= 1 + r;
    if (wealth > peak) [peak, peakAt] = [wealth, t];
    if (1 - wealth / peak > worst.depth) worst = { depth: 1 - wealth / peak, from: peakAt + 1, until: t + 1 };
  });
  return worst;
}

function averageCorrelation(returns: readonly number[][]): number {
  const pairs = returns.flatMap((x, i) => returns.slice(0, i).map((y) => correlation(x, y)));
  return mean(pairs);
}

/**
 * Bounds of the smallest 95 % CVaR over all 21-day windows: a subgradient g of CVaR satisfies
 * g·w ≤ CVaR(w) for every w, and so does any average of subgradients.
 */
function minimumCvar(returns: readonly number[][]): { atLeast: number; atMost: number } {
  const windows = returns[0]!
    .slice(20)
    .map((_, t) => returns.map((r) => r.slice(t, t + 21).reduce((v, x) => v * (1 + x), 1) - 1));
  const n = returns.length;
  const tail = 0.05 * windows.length;
  let weights = Array.from({ length: n }, () => 1 / n);
  let slope = weights.map(() => 0);
  let atMost = Infinity;
  let total = 0;
  for (let step = 1; step <= 300; step++) {
    const worst = windows
      .map((c) => ({ c, loss: -sum(c.map((x, j) => x * weights[j]!)) }))
      .sort((a, b) => b.loss - a.loss);
    const share = (i: number): number => Math.min(1, Math.max(0, tail - i)) / tail;
    const used = worst.slice(0, Math.ceil(tail));
    const gradient = weights.map((_, j) => sum(used.map(({ c }, i) => -share(i) * c[j]!)));
    atMost = Math.min(atMost, sum(used.map(({ loss }, i) => share(i) * loss)));
    const rate = 20 / Math.sqrt(step);
    slope = slope.map((s, j) => s + rate * gradient[j]!);
    total += rate;
    weights = weights.map((w, j) => w * Math.exp(-rate * gradient[j]!));
    weights = weights.map((w) => w / sum(weights));
  }
  return { atLeast: Math.min(...slope) / total, atMost };
}

describe.each([1, 2, 3])('the sample market of seed %i', (seed) => {
  const prices = sampleMarket(seed);
  const returns = returnsOf(prices);
  const basket = equalWeighted(returns);
  const fall = deepestFall(basket);

  it('has 12 labelled assets in dollars over 2,520 weekdays until the end of 2025', () => {
    expect(prices.tickers).toHaveLength(12);
    expect(prices.sectors).toHaveLength(12);
    expect(new Set(prices.currencies)).toEqual(new Set(['USD']));
    expect(prices.dates).toHaveLength(2520);
    expect(prices.dates.at(-1)).toBe('2025-12-31');
    expect(prices.dates.filter((day) => [0, 6].includes(new Date(day).getUTCDay()))).toEqual([]);
  });

  it('has fat tails', () => {
    expect(kurtosis(basket)).toBeGreaterThan(6);
    expect(median(returns.map(kurtosis))).toBeGreaterThan(6);
  });

  it('has volatility in clusters', () => {
    expect(clustering(basket, 10)).toBeGreaterThan(0.1);
    expect(median(returns.map((r) => clustering(r, 10)))).toBeGreaterThan(0.1);
  });

  it('has a crash in which correlations rise', () => {
    expect(fall.depth).toBeGreaterThan(0.35);
    const inside = averageCorrelation(returns.map((r) => r.slice(fall.from, fall.until)));
    const outside = averageCorrelation(returns.map((r) => [...r.slice(0, fall.from), ...r.slice(fall.until)]));
    expect(inside).toBeGreaterThan(outside + 0.1);
  });

  it('has its crash among the first 70 % of days, and a quiet last year', () => {
    expect(fall.until).toBeLessThan(0.7 * 2520);
    expect(deviation(basket.slice(-252)) * Math.sqrt(252)).toBeLessThan(0.2);
  });

  it('is of realistic size', () => {
    for (const r of returns) {
      expect(deviation(r) * Math.sqrt(252)).toSatisfy((volatility: number) => volatility > 0.15 && volatility < 0.45);
      expect(mean(r) * 252).toSatisfy((annual: number) => annual > 0.03 && annual < 0.15);
      expect(Math.max(...r.map(Math.abs))).toBeLessThan(0.25);
    }
  });
});

describe('the sample market', () => {
  it('meets the figures with each asset at the seed that ships', () => {
    const returns = returnsOf(sampleMarket());
    for (const r of returns) {
      expect(kurtosis(r)).toBeGreaterThan(6);
      expect(clustering(r, 10)).toBeGreaterThan(0.1);
    }
  });

  it('lets a limit of 8 % over 21 days be kept, and not one of 2 %', () => {
    const bounds = minimumCvar(returnsOf(sampleMarket()));
    expect(bounds.atMost).toBeLessThan(0.06);
    expect(bounds.atLeast).toBeGreaterThan(0.035);
  });

  it('is the same for the same seed alone', () => {
    expect(sampleMarket(7)).toEqual(sampleMarket(7));
    expect(sampleMarket(7).closes).not.toEqual(sampleMarket(8).closes);
  });

  it('says that it is synthetic', () => {
    expect(loadSample()).toEqual({
      prices: sampleMarket(1),
      source: 'sample market (synthetic)',
      stale: false,
      notes: [],
    });
  });
});
