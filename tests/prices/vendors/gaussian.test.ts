import { describe, expect, it } from 'vitest';
import { GAUSSIAN_TICKERS, createGaussian, gaussianMarket } from '../../../src/prices/vendors/gaussian.ts';

const logReturns = (closes: readonly (readonly number[])[], j: number): number[] =>
  closes.slice(1).map((row, t) => Math.log(row[j]! / closes[t]![j]!));

const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;

describe('the Gaussian market', () => {
  it('has log returns of mean 0.1 % and deviation 2 %, without fat tails or memory', () => {
    const { closes, tickers, dates } = gaussianMarket({ assets: 20, days: 2520 });
    expect([tickers.length, dates.length, dates.at(-1)]).toEqual([20, 2520, '2025-12-31']);
    const all = tickers.map((_, j) => logReturns(closes, j));
    const flat = all.flat();
    const [centre, n] = [mean(flat), flat.length];
    const variance = mean(flat.map((x) => (x - centre) ** 2));
    expect(Math.abs(centre - 0.001)).toBeLessThan((3 * 0.02) / Math.sqrt(n));
    expect(Math.abs(Math.sqrt(variance) - 0.02)).toBeLessThan((3 * 0.02) / Math.sqrt(2 * n));
    expect(mean(flat.map((x) => (x - centre) ** 4)) / variance ** 2).toBeCloseTo(3, 1);
    const memory = mean(all.map((xs) => mean(xs.slice(1).map((x, t) => (x - centre) * (xs[t]! - centre)))));
    expect(Math.abs(memory / variance)).toBeLessThan(3 / Math.sqrt(n));
  });

  it('is the same for the same seed alone, and says that it is synthetic', async () => {
    expect(gaussianMarket({ seed: 7 })).toEqual(gaussianMarket({ seed: 7 }));
    expect(gaussianMarket({ seed: 7 }).closes).not.toEqual(gaussianMarket({ seed: 8 }).closes);
    const source = createGaussian();
    const loaded = await source.load();
    expect(loaded).toMatchObject({ source: 'Gaussian market (synthetic)', stale: false });
    expect(loaded.prices.tickers).toEqual(GAUSSIAN_TICKERS);
    expect(await source.load()).toBe(loaded);
  });
});
