import { dot } from '../matrix.ts';
import type { Tail } from '../risk.ts';
import type { Matrix } from '../types.ts';

type Cases = Pick<Tail, 'indices' | 'weights'>;

/**
 * The correlations of returns in some of the scenarios.
 * @param scenarios C (M, n)
 * @param columns (k) whose correlations are wanted
 * @param cases rows and their probabilities, which sum to 1
 * @returns (k, k); NaN where an asset does not move
 */
export function correlationsIn(scenarios: Matrix, columns: readonly number[], cases: Cases): number[][] {
  const centred = columns.map((column) => centredColumn(scenarios, column, cases));
  const deviations = centred.map((one) => Math.sqrt(dot(one, one)));
  return symmetric(columns.length, (a, b) =>
    a === b ? 1 : dot(centred[a]!, centred[b]!) / (deviations[a]! * deviations[b]!),
  );
}

/** @param valueOf is asked for b ≤ a alone @returns (k, k) */
export function symmetric(size: number, valueOf: (a: number, b: number) => number): number[][] {
  const half = Array.from({ length: size }, (_, a) => Array.from({ length: a + 1 }, (__, b) => valueOf(a, b)));
  return half.map((row, a) => half.map((column, b) => (b <= a ? row[b]! : column[a]!)));
}

/** Every scenario, equally likely. */
export const allCases = ({ rows }: Matrix): Cases => ({
  indices: Int32Array.from({ length: rows }, (_, row) => row),
  weights: new Float64Array(rows).fill(1 / rows),
});

/** What differs from the mean, times the root of the probability: products of two such columns sum to a covariance. */
function centredColumn({ cols, data }: Matrix, column: number, { indices, weights }: Cases): Float64Array {
  const values = Float64Array.from(indices, (row) => data[row * cols + column]!);
  const mean = dot(values, weights);
  return values.map((value, at) => (value - mean) * Math.sqrt(weights[at]!));
}
