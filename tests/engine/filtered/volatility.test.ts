import { describe, expect, it } from 'vitest';
import { filterReturns, recursionOf, VOLATILITY } from '../../../src/engine/filtered/volatility.ts';
import { dailyReturns } from '../../../src/engine/history.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { matrixOf } from '../../support/path-input.ts';
import { randomPrices } from '../../support/random-prices.ts';

const returns = dailyReturns(randomPrices({ days: 801, assets: 3 }));
const [rows, cols, window] = [800, 3, 600];
const { base, persistence, shock, leverage, floor, blend } = VOLATILITY;

const column = ({ data }: Pick<Matrix, 'data'>, j: number): Float64Array => data.filter((_, at) => at % cols === j);
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const changed = (t: number, j: number, to: (r: number) => number): Matrix => ({
  ...returns,
  data: returns.data.map((r, at) => (at === t * cols + j ? to(r) : r)),
});

describe('filtered returns', () => {
  it('follow the recursion, whose constant is the mean of squared returns of the window', () => {
    const { variances, nextVariance, longRunVariance } = filterReturns({ returns, window });
    for (const j of [0, 1, 2]) {
      const [v, r] = [column(variances, j), column(returns, j).slice(-window)];
      const longRun = mean(r.map((one) => one * one));
      expect(longRunVariance[j]).toBeCloseTo(longRun, 12);
      [...v.slice(1), nextVariance[j]!].forEach((next, t) => {
        const expected = base * longRun + persistence * v[t]! + (shock + (r[t]! < 0 ? leverage : 0)) * r[t]! ** 2;
        expect(next / Math.max(floor * longRun, expected)).toBeCloseTo(1, 10);
      });
    }
  });

  it('have residuals of mean 0 and deviation 1, each the return by its deviation', () => {
    const { residuals, variances, residualScale } = filterReturns({ returns, window });
    for (const j of [0, 1, 2]) {
      const [z, v, r] = [column(residuals, j), column(variances, j), column(returns, j).slice(-window)];
      expect(mean(z)).toBeCloseTo(0, 10);
      expect(mean(z.map((one) => one * one))).toBeCloseTo(1, 10);
      const raw = r.map((one, t) => one / Math.sqrt(v[t]!));
      z.forEach((one, t) => expect(one).toBeCloseTo((raw[t]! - mean(raw)) / residualScale[j]!, 9));
    }
  });

  it('are those of each asset by itself', () => {
    const { nextVariance } = filterReturns({ returns, window });
    const other = filterReturns({ returns: changed(790, 1, (r) => 5 * r), window });
    expect([other.nextVariance[0], other.nextVariance[2]]).toEqual([nextVariance[0], nextVariance[2]]);
    expect(other.nextVariance[1]).not.toBe(nextVariance[1]);
  });

  it('are more excited by a loss than by a gain, and by no jump without end', () => {
    const after = (r: number): number => filterReturns({ returns: changed(799, 0, () => r), window }).nextVariance[0]!;
    expect(after(-0.05)).toBeGreaterThan(1.2 * after(0.05));
    const crash = filterReturns({ returns: changed(799, 0, () => -0.9), window });
    const before = column(crash.variances, 0).at(-1)!;
    expect(crash.nextVariance[0]!).toBeLessThanOrEqual(before * (1 + (shock + leverage) * VOLATILITY.shockCap));
    expect(Math.min(...column(crash.residuals, 0))).toBeGreaterThan(-VOLATILITY.residualClip - 1);
  });

  it('know of each day its variance before its return', () => {
    const v = column(filterReturns({ returns, window }).variances, 0);
    // Another sign leaves the long-run variance as it is.
    const other = column(filterReturns({ returns: changed(500, 0, (r) => -r), window }).variances, 0);
    const t = 500 - (rows - window);
    expect(other.slice(0, t + 1)).toEqual(v.slice(0, t + 1));
    expect(other[t + 1]).not.toBe(v[t + 1]);
  });
});

describe('a return that is no observation', () => {
  const stale = Uint8Array.from({ length: rows * cols }, (_, at) => {
    const t = (at - 1) / cols;
    return Number(at % cols === 1 && t >= 400 && t < 450);
  });
  const still = matrixOf(rows, cols, (t, j) => (stale[t * cols + j] === 1 ? 0 : returns.data[t * cols + j]!));

  it('leaves the variance as it was, and has no residual', () => {
    const { variances, residuals } = filterReturns({ returns: still, window, stale });
    const [v, z] = [column(variances, 1), column(residuals, 1)];
    const first = 400 - (rows - window);
    expect(new Set(v.slice(first, first + 51)).size).toBe(1);
    expect(v[first + 51]).not.toBe(v[first + 50]);
    expect(new Set(z.slice(first, first + 50))).toEqual(new Set([0]));
    const observed = z.filter((_, t) => t < first || t >= first + 50);
    expect(mean(observed.map((one) => one * one))).toBeCloseTo(1, 10);
  });

  it('leaves the long-run variance to the days before, where there is no other', () => {
    const ended = Uint8Array.from({ length: rows * cols }, (_, at) =>
      Number(at % cols === 1 && at / cols >= rows - 60),
    );
    const { longRunVariance, variances } = filterReturns({ returns, window, longRunDays: 50, stale: ended });
    const { longRunVariance: whole } = filterReturns({ returns, window, stale: ended });
    expect(longRunVariance[1]).toBe(whole[1]);
    expect(longRunVariance[0]).not.toBe(whole[0]);
    expect(variances.data.every((v) => v > 0)).toBe(true);
  });

  it('does not make an asset look calm', () => {
    const taken = filterReturns({ returns: still, window });
    const left = filterReturns({ returns: still, window, stale });
    expect(left.longRunVariance[1]! / taken.longRunVariance[1]!).toBeCloseTo(600 / 550, 6);
    expect(left.longRunVariance[0]).toBe(taken.longRunVariance[0]);
  });
});

describe('a price that does not move', () => {
  it('has finite figures, and residuals of 0', () => {
    const constant = matrixOf(rows, 2, (t, j) => (j === 0 ? 0 : returns.data[t * cols]!));
    const { residuals, variances, residualScale, nextVariance } = filterReturns({ returns: constant, window });
    expect(residuals.data.every(Number.isFinite) && variances.data.every((v) => v > 0)).toBe(true);
    expect(new Set(residuals.data.filter((_, at) => at % 2 === 0))).toEqual(new Set([0]));
    expect([residualScale[0], nextVariance[0]! > 0]).toEqual([1, true]);
  });
});

describe('predictions', () => {
  it('are taken from the residuals, and leave the variances as they were', () => {
    const predictions = returns.data.map((r) => r / 2);
    const [without, beside] = [filterReturns({ returns, window }), filterReturns({ returns, window, predictions })];
    expect(beside.variances).toEqual(without.variances);
    // Half of each return is left, so that the residuals are the same at half the scale.
    beside.residualScale.forEach((scale, j) => expect(scale / without.residualScale[j]!).toBeCloseTo(0.5, 10));
    beside.residuals.data.forEach((z, at) => expect(z).toBeCloseTo(without.residuals.data[at]!, 9));
  });
});

describe('what paths start from', () => {
  it('is the next variance, pulled towards the long run, in units of the residuals', () => {
    const filtered = filterReturns({ returns, window });
    const { nextVariance, longRunVariance, residualScale } = filtered;
    const { startVariance, recursionBase } = recursionOf(filtered);
    for (const j of [0, 1, 2]) {
      const next = nextVariance[j]! * residualScale[j]! ** 2;
      expect(startVariance[j]).toBeCloseTo((1 - blend) * next + blend * longRunVariance[j]!, 14);
      expect(recursionBase[j]).toBeCloseTo(base * longRunVariance[j]! * residualScale[j]! ** 2, 14);
    }
  });
});
