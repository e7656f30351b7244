import { describe, expect, it } from 'vitest';
import { blockLength } from '../../../src/engine/compare/block-length.ts';
import { deflatedSharpe, luckySharpe, sharpeMoments } from '../../../src/engine/compare/deflated-sharpe.ts';
import { neweyWestLags, testSharpes } from '../../../src/engine/compare/sharpe-test.ts';
import { normals } from '../../support/congruential.ts';

/** Each value is `share` of the one before and a new shock. */
function autoregressive(share: number, shocks: readonly number[]): number[] {
  let value = 0;
  return shocks.map((shock, t) => (value = t === 0 ? 0 : share * value + shock));
}

describe('the mean block length', () => {
  const shocks = normals(5, 2000);

  it('is that of Politis and White, by numpy', () => {
    expect(blockLength(autoregressive(0.5, shocks))).toBeCloseTo(19.257574077397766, 8);
    expect(blockLength(autoregressive(0.9, shocks))).toBeCloseTo(61.51460142988571, 8);
  });

  it('is 1 where nothing depends on anything', () => {
    expect(blockLength(shocks)).toBe(1);
    expect(blockLength([1, 1, 1, 1])).toBe(1);
  });
});

describe('the deflated Sharpe ratio', () => {
  /** The example of Bailey & López de Prado 2014: 5 years of 250 days, a Sharpe ratio of 2.5 a year. */
  const example = { days: 1250, sharpe: 2.5 / Math.sqrt(250), skew: -3, kurtosis: 10 };

  it.each([
    [100, 0.1132, 0.9004],
    [46, 0.1004, 0.9505],
  ])('is the published one after %d trials', (tried, lucky, deflated) => {
    expect(luckySharpe(tried, 0.5 / 250)).toBeCloseTo(lucky, 4);
    expect(deflatedSharpe(example, luckySharpe(tried, 0.5 / 250))).toBeCloseTo(deflated, 4);
  });

  it('knows of no luck where one thing alone was tried', () => {
    expect(luckySharpe(1, 0.002)).toBe(0);
    expect(deflatedSharpe({ days: 500, sharpe: 0, skew: 0, kurtosis: 3 }, 0)).toBe(0.5);
  });

  it('takes its moments from the returns', () => {
    expect(sharpeMoments([1, 2, 3, 4, 10])).toEqual({
      days: 5,
      sharpe: expect.closeTo(4 / Math.sqrt(10), 12),
      skew: expect.closeTo(36 / 10 ** 1.5, 12),
      kurtosis: expect.closeTo(278.8 / 100, 12),
    });
  });
});

describe('the difference of two Sharpe ratios', () => {
  const benchmark = normals(11, 750).map((z) => 0.0005 + 0.01 * z);
  const others = normals(12, 750);
  const series = benchmark.map((r, t) => 0.0003 + 0.6 * r + 0.006 * others[t]!);

  it('has the p of a studentised bootstrap of fixed blocks, by numpy, within the error of simulation', () => {
    const { tests, blockLength: length } = testSharpes([series], benchmark, 1);
    expect(length).toBeLessThan(10);
    // 0.1306 by blocks of 5 days, 0.1257 from the t-statistic of 1.53.
    expect(tests[0]!.p).toBeGreaterThan(0.105);
    expect(tests[0]!.p).toBeLessThan(0.15);
    expect(tests[0]!.pTried).toBe(tests[0]!.p);
  });

  it('is the same for the same seed, and nearly for another', () => {
    const [one, again, other] = [1, 1, 2].map((seed) => testSharpes([series], benchmark, seed).tests[0]!.p);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(Math.abs(other! - one!)).toBeLessThan(0.03);
  });

  it('is no difference from itself, nor by another factor', () => {
    const { tests } = testSharpes([benchmark, benchmark.map((r) => r * (1 + 1e-13))], benchmark, 1);
    expect(tests).toEqual([undefined, undefined]);
    const [test] = testSharpes([benchmark.map((r, t) => 2 * r + 1e-4 * others[t]!)], benchmark, 1).tests;
    expect(test!.p).toBeGreaterThan(0.2);
  });

  it('is plain where one is far better, also among many', () => {
    const better = series.map((r) => r + 0.002);
    const noise = [21, 22, 23, 24, 25].map((seed) => normals(seed * 7919, 750).map((z) => 0.0005 + 0.01 * z));
    const { tests } = testSharpes([better, ...noise], benchmark, 1);
    expect(tests[0]!.p).toBeLessThan(0.001);
    expect(tests[0]!.pTried).toBeLessThan(0.003);
    for (const test of tests.slice(1)) expect(test!.pTried).toBeGreaterThan(test!.p);
  });

  it('is found significant about as often as promised where there is none', () => {
    const seeds = Array.from({ length: 80 }, (_, k) => 1 + 104_729 * k);
    const ps = seeds.map((seed) => {
      const [market, one, two] = [0, 1, 2].map((k) => normals(seed + 15_485_863 * k, 150));
      const [a, b] = [one!, two!].map((own) => own.map((z, t) => 0.0004 + 0.007 * (market![t]! + z)));
      return testSharpes([a!], b!, seed).tests[0]!.p;
    });
    for (const level of [0.1, 0.25, 0.5, 0.75]) {
      const share = ps.filter((p) => p < level).length / ps.length;
      expect(Math.abs(share - level)).toBeLessThan(3 * Math.sqrt((level * (1 - level)) / ps.length));
    }
  });

  it('takes as many lags as the rule says', () => {
    expect([100, 750, 2500].map(neweyWestLags)).toEqual([4, 6, 8]);
  });
});
