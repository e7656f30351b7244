import { describe, expect, it } from 'vitest';
import { baseMeans, marketLevel } from '../../../src/engine/filtered/mean.ts';
import { matrixOf } from '../../support/path-input.ts';

const MONTH = 21;
const [prior, deviation] = [0.007 / MONTH, 0.0035 / MONTH];

/** Of two assets; equal weights alternate between the mean ± the deviation. */
const alternating = (rows: number, mean: number, size: number) =>
  matrixOf(rows, 2, (t, j) => mean + (t % 2 === 0 ? size : -size) + (j === 0 ? 0.002 : -0.002));

const still = (r: number) =>
  marketLevel(
    matrixOf(500, 2, () => r),
    252,
  );
const few = (periods: number) => marketLevel(alternating(2, 0, 0.05), periods);

describe('the level of the market', () => {
  it('is the mean of equal weights, shrunk towards the prior by how uncertain each is', () => {
    const [rows, mean, size] = [1000, 0.002, 0.01];
    const uncertainty = size ** 2 / rows;
    const trust = deviation ** 2 / (deviation ** 2 + uncertainty);
    expect(trust).toBeGreaterThan(0.1);
    expect(trust).toBeLessThan(0.9);
    expect(marketLevel(alternating(rows, mean, size), 252)).toBeCloseTo(trust * mean + (1 - trust) * prior, 12);
  });

  it('is nearly the prior after a few days, and nearly the mean where nothing varies', () => {
    expect(marketLevel(alternating(10, 0.02, 0.05), 252)).toBeCloseTo(prior, 4);
    expect(still(0.0001)).toBeCloseTo(0.0001, 12);
    expect(still(0)).toBeCloseTo(0, 12);
  });

  it('has a prior of a month, however many days a month has', () => {
    expect(few(365) * 365).toBeCloseTo(few(252) * 252, 3);
    expect(few(52) * 52).toBeCloseTo(0.084, 2);
  });

  it('is of the last 2,500 days', () => {
    const { rows, cols, data } = alternating(2500, 0.001, 0.01);
    const longer = { rows: rows + 300, cols, data: Float64Array.from([...new Float64Array(600).fill(0.05), ...data]) };
    expect(marketLevel(longer, 252)).toBe(marketLevel({ rows, cols, data }, 252));
  });
});

describe('base means', () => {
  it('are the level on average, and half in proportion to the deviations', () => {
    expect([...baseMeans(0.01, Float64Array.of(0.01, 0.02, 0.03))]).toEqual(
      [0.0075, 0.01, 0.0125].map((mean) => expect.closeTo(mean, 15)),
    );
  });

  it('are the level where nothing varies', () => {
    expect([...baseMeans(0.01, new Float64Array(2))]).toEqual([0.01, 0.01]);
  });
});
