import { describe, expect, it } from 'vitest';
import { fitForest, predictForest } from '../../../src/engine/forest/forest.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { randomNumbers } from '../../support/numbers.ts';

const hyper = { trees: 20, depth: 6, leafRows: 10, tried: 3 };

const uniform = (rows: number, cols: number, seed: number): Matrix => ({
  rows,
  cols,
  data: Float64Array.from(randomNumbers(seed)(rows * cols)),
});

const column = ({ rows, cols, data }: Matrix, f: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => data[i * cols + f]!);

const rSquared = (y: Float64Array, predicted: Float64Array): number => {
  const mean = y.reduce((sum, one) => sum + one, 0) / y.length;
  const [error, plain] = [
    y.reduce((sum, one, i) => sum + (one - predicted[i]!) ** 2, 0),
    y.reduce((sum, one) => sum + (one - mean) ** 2, 0),
  ];
  return 1 - error / plain;
};

/** A step, a slope and an interaction, which no line fits. */
const truth = ({ rows, cols, data }: Matrix): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => {
    const [a, b, c] = data.subarray(i * cols, i * cols + 3);
    return (a! > 0 ? 1 : 0) + b! + (a! > 0 ? c! : -c!);
  });

describe('a random forest', () => {
  const x = uniform(2000, 5, 1);
  it('learns steps, slopes and interactions, on rows that it has not seen', () => {
    const forest = fitForest(x, truth(x), { ...hyper, trees: 60, depth: 10 }, 1);
    const other = uniform(1000, 5, 2);
    expect(rSquared(truth(other), predictForest(forest, other))).toBeGreaterThan(0.9);
  });

  it('gives equal bits for equal seeds, and others for another seed', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => fitForest(x, truth(x), hyper, seed));
    expect(same).toEqual(one);
    expect(predictForest(other!, x)).not.toEqual(predictForest(one!, x));
  });

  it('of one deep tree of all features is the mean of what falls into a leaf', () => {
    const y = column(x, 0).map((value) => Math.sign(value));
    const tree = fitForest(x, y, { trees: 1, depth: 1, leafRows: 1, tried: 5 }, 1);
    expect(tree.feature.length).toBe(3);
    expect(tree.feature[0]).toBe(0);
    // The edge of a bin that lies at zero, by rows.
    expect(Math.abs(tree.threshold[0]!)).toBeLessThan(2 / 64);
    expect(rSquared(y, predictForest(tree, x))).toBeGreaterThan(0.9);
  });

  it('keeps at least so many rows in a leaf: with too few it is one mean', () => {
    const forest = fitForest(x, truth(x), { ...hyper, leafRows: 1500 }, 1);
    expect(forest.feature.every((feature) => feature === -1)).toBe(true);
    expect(new Set(predictForest(forest, x)).size).toBe(1);
  });

  it('does not split a constant target, nor a constant feature', () => {
    const constant = { rows: 100, cols: 2, data: new Float64Array(200).fill(3) };
    const y = Float64Array.from(randomNumbers(4)(100));
    expect(fitForest(constant, y, hyper, 1).feature.every((feature) => feature === -1)).toBe(true);
    const flat = fitForest(x, new Float64Array(2000).fill(0.7), hyper, 1);
    expect(flat.feature.every((feature) => feature === -1)).toBe(true);
    expect(predictForest(flat, x)[0]).toBeCloseTo(0.7, 12);
  });
});
