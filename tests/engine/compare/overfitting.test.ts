import { describe, expect, it } from 'vitest';
import { cpcv, mostGroups, trainingDays } from '../../../src/engine/compare/cpcv.ts';
import { combinations, ranges, RunningSums } from '../../../src/engine/compare/running-sums.ts';
import { overfitting } from '../../../src/engine/compare/overfitting.ts';
import { normals } from '../../support/congruential.ts';

const DAYS = 480;
const seeds = [101, 2027, 31_337, 70_001];
const series = seeds.map((seed, k) => normals(seed, DAYS).map((z) => 0.01 * z + 0.0003 * k));
const sums = series.map((returns) => new RunningSums(returns));

describe('the probability of backtest overfitting', () => {
  it('is that of the paper, by numpy', () => {
    expect(overfitting(sums, 5)).toEqual({
      probability: expect.closeTo(0.5773115773115773, 12),
      blocks: 16,
      splits: 12_870,
    });
  });

  it('is about a half where strategies differ by chance alone, whatever their number', () => {
    for (const count of [2, 3, 8]) {
      const found = Array.from({ length: 40 }, (_, k) => {
        const noise = Array.from({ length: count }, (__, s) => normals(1 + 7919 * k + 15_485_863 * s, 120));
        return overfitting(
          noise.map((one) => new RunningSums(one)),
          15,
        )!.probability;
      });
      const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.1);
    }
    const same = new RunningSums(series[0]!);
    expect(overfitting([same, same, same], 5)!.probability).toBe(0.5);
  });

  it('is about nothing where one is better all the time', () => {
    const best = new RunningSums(series[0]!.map((r) => r + 0.01));
    expect(overfitting([...sums.slice(1), best], 5)!.probability).toBe(0);
  });

  it('takes blocks of a horizon or more, and is not told of too few days or strategies', () => {
    expect(overfitting(sums, 63)).toMatchObject({ blocks: 6, splits: 20 });
    expect(overfitting(sums, 125)).toBeUndefined();
    expect(overfitting(sums.slice(1, 2), 5)).toBeUndefined();
  });
});

describe('combinatorial purged cross-validation', () => {
  it('has as many splits and paths as López de Prado counts, and the spread by numpy', () => {
    const found = cpcv(sums, { groups: 10, training: 8 }, 5);
    expect(found).toMatchObject({ splits: 45, paths: 9 });
    expect(found.bySeries[3]).toEqual({
      low: expect.closeTo(-0.0911585587568097, 10),
      median: expect.closeTo(0.023362870891601016, 10),
      high: expect.closeTo(0.13297828461286995, 10),
    });
    expect(found.chosen).toEqual({
      low: expect.closeTo(-0.03136778776559368, 10),
      median: expect.closeTo(0.020133804479557663, 10),
      high: expect.closeTo(0.02257511893224751, 10),
    });
  });

  it('trains on no day within a horizon of a test group', () => {
    const parts = ranges(100, 10);
    expect(trainingDays(parts, [3, 7], 4)).toEqual([
      [0, 26],
      [44, 66],
      [84, 100],
    ]);
    expect(trainingDays(parts, [0, 9], 4)).toEqual([[14, 86]]);
    expect(trainingDays(parts, [4, 5], 4)).toEqual([
      [0, 36],
      [64, 100],
    ]);
  });

  it('can be made of groups of two horizons or more', () => {
    expect([mostGroups(480, 25), mostGroups(480, 24), mostGroups(480, 1)]).toEqual([9, 10, 240]);
  });

  it('counts combinations in order', () => {
    expect(combinations(4, 2)).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
  });
});
