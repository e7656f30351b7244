import { describe, expect, it } from 'vitest';
import { measureScaling, splitBlocks, standardise } from '../../../src/engine/lstm/blocks.ts';
import { UserError } from '../../../src/errors.ts';

const matrix = (rows: readonly (readonly number[])[]) => ({
  rows: rows.length,
  cols: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});

describe('splitBlocks', () => {
  it('cuts 70, 15 and 15 % in the order of time', () => {
    expect(splitBlocks('filtered', 2500)).toEqual({
      training: { from: 0, to: 1750 },
      validation: { from: 1750, to: 2125 },
      calibration: { from: 2125, to: 2500 },
    });
  });

  it('cuts 80 and 20 % for the recipe plain', () => {
    const { training, validation, calibration } = splitBlocks('plain', 499);
    expect(training).toEqual({ from: 0, to: 399 });
    expect(validation).toEqual({ from: 399, to: 499 });
    expect(calibration).toEqual(validation);
  });
});

describe('scaling', () => {
  const returns = matrix([
    [0.01, 1],
    [0.03, 3],
    [0.05, 5],
    [9, 9],
  ]);

  it('measures the block alone, and undoes what it does', () => {
    const scaling = measureScaling(returns, { from: 0, to: 3 }, ['A', 'B']);
    expect(scaling.means[0]).toBeCloseTo(0.03, 14);
    expect(scaling.means[1]).toBeCloseTo(3, 14);
    expect(scaling.deviations[1]).toBeCloseTo(Math.sqrt(8 / 3), 14);
    const standard = standardise(returns, scaling);
    expect(standard[1]).toBeCloseTo(-2 / Math.sqrt(8 / 3), 6);
    expect(standard[6]! * scaling.deviations[0]! + scaling.means[0]!).toBeCloseTo(9, 5);
  });

  it('leaves out what is no observation', () => {
    const stale = Uint8Array.from([0, 0, 1, 0, 0, 0, 0, 0]);
    const { means, deviations } = measureScaling(returns, { from: 0, to: 3 }, ['A', 'B'], stale);
    expect(means).toEqual([expect.closeTo(0.03, 14), expect.closeTo(3, 14)]);
    expect(deviations).toEqual([expect.closeTo(0.02, 14), expect.closeTo(Math.sqrt(8 / 3), 14)]);
    const all = Uint8Array.from([1, 0, 1, 0, 1, 0, 0, 0]);
    expect(() => measureScaling(returns, { from: 0, to: 3 }, ['A', 'B'], all)).toThrow(/price of A/);
  });

  it('refuses a price that does not move in the block, by name', () => {
    const still = matrix([
      [0, 0.02],
      [0, 0.03],
      [0.5, 0.1],
    ]);
    expect(() => measureScaling(still, { from: 0, to: 2 }, ['A', 'B'])).toThrow(UserError);
    expect(() => measureScaling(still, { from: 0, to: 2 }, ['A', 'B'])).toThrow(/price of A/);
    expect(() => measureScaling(still, { from: 0, to: 3 }, ['A', 'B'])).not.toThrow();
  });

  it('takes a constant return, such as that of cash, without magnifying its rounding', () => {
    const cash = matrix([
      [0.0001, 0.02],
      [0.0001 + 1e-12, 0.03],
      [0.00012, 0.1],
    ]);
    const scaling = measureScaling(cash, { from: 0, to: 2 }, ['A', 'B']);
    expect(scaling.means[0]).toBeCloseTo(0.0001, 11);
    const standard = standardise(cash, scaling);
    expect(Math.abs(standard[0]!)).toBeLessThan(1e-6);
    expect(standard[4]).toBeCloseTo(0.2, 5);
  });
});
