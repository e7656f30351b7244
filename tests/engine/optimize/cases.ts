import fc from 'fast-check';
import type { LinearRow, Polytope } from '../../../src/engine/constraints/polytope.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { longOnly } from '../../support/long-only.ts';

export const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  cols: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});

/** A confidence as the exact fraction of cases in the tail, so that a test need not trust 1 − alpha. */
const tailFractions = [1 / 2, 2 / 5, 1 / 4, 1 / 5, 1 / 10, 1 / 20, 1 / 100, 1 / 1000];

export interface Case {
  readonly scenarios: Matrix;
  readonly tailFraction: number;
  readonly feasible: Polytope;
  /** The position of the limit: 0 at the minimum CVaR, 1 at the CVaR of the asset with the best return. */
  readonly tightness: number;
}

const value = fc.oneof(
  fc.double({ min: -0.3, max: 0.3, noNaN: true }),
  fc.integer({ min: -4, max: 4 }).map((whole) => whole / 20),
);

/** What happens to one column: nothing, or something that degenerates the program. */
type Flaw = (column: number[], first: readonly number[]) => number[];
const flaws: readonly Flaw[] = [
  (column) => column,
  (column) => column,
  (_column, first) => [...first],
  (column) => column.map(() => column[0]!),
  (column) => column.map((x) => -Math.abs(x) - 0.01),
  (column) => column.map((x) => Math.abs(x) + 0.01),
  (column) => column.map((x) => x * 1e-5),
  (column) => column.map((x) => x * 100),
  (column) => {
    const mean = column.reduce((total, x) => total + x, 0) / column.length;
    return column.map((x) => x - mean);
  },
];

const scenarios = fc
  .record({ rows: fc.integer({ min: 2, max: 60 }), cols: fc.integer({ min: 1, max: 7 }), equalRows: fc.boolean() })
  .chain(({ rows, cols, equalRows }) =>
    fc
      .tuple(
        fc.array(fc.array(value, { minLength: rows, maxLength: rows }), { minLength: cols, maxLength: cols }),
        fc.array(fc.constantFrom(...flaws), { minLength: cols, maxLength: cols }),
      )
      .map(([columns, columnFlaws]) => {
        const flawed = columns.map((column, at) => columnFlaws[at]!(column, columns[0]!));
        const sources = Array.from({ length: rows }, (_, row) => (equalRows && row % 2 === 1 ? row - 1 : row));
        return matrixOf(sources.map((row) => flawed.map((column) => column[row]!)));
      }),
  );

const tightness = fc.constantFrom(-0.3, 0, 0.01, 0.3, 0.7, 1.5);

/** Small problems, most of them degenerate one way or another. */
export const cases: fc.Arbitrary<Case> = scenarios.chain((matrix) =>
  fc.record({
    scenarios: fc.constant(matrix),
    tailFraction: fc.constantFrom(...tailFractions),
    feasible: fc
      .record({
        minWeight: fc.constantFrom(0, 0, 0.3 / matrix.cols, 1 / matrix.cols),
        maxWeight: fc.constantFrom(1, 1, Math.min(1, 1.7 / matrix.cols), 1 / matrix.cols),
      })
      .map((bounds) => longOnly(matrix, bounds)),
    tightness,
  }),
);

/** A polytope of n assets that holds `inside` (n): a box of its own for each asset, group rows and equations. */
const polytopeAround = (inside: readonly number[]): fc.Arbitrary<Polytope> => {
  const assets = inside.length;
  const each = (element: fc.Arbitrary<number>) => fc.array(element, { minLength: assets, maxLength: assets });
  const slack = fc.constantFrom(0, 0.02, 0.1, Infinity);
  const row = fc
    .record({
      coefficients: fc.oneof(each(fc.constantFrom(0, 1)), each(fc.constantFrom(0, 0, 1, -1, 2, 0.5))),
      below: slack,
      above: slack,
    })
    .map(({ coefficients, below, above }): LinearRow => {
      const activity = coefficients.reduce((total, coefficient, at) => total + coefficient * inside[at]!, 0);
      return { lower: activity - below, upper: activity + above, coefficients: Float64Array.from(coefficients) };
    });
  const room = fc.constantFrom(0, 0.05, 0.2, 1, 1, 1);
  return fc
    .record({ below: each(room), above: each(room), rows: fc.array(row, { minLength: 1, maxLength: 4 }) })
    .map(({ below, above, rows }) => ({
      lower: Float64Array.from(inside, (weight, at) => Math.max(0, weight - below[at]!)),
      upper: Float64Array.from(inside, (weight, at) => Math.min(1, weight + above[at]!)),
      rows,
    }));
};

/** Weights of so many assets, few of them equal ones. */
const someWeights = (assets: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.integer({ min: 0, max: 6 }), { minLength: assets, maxLength: assets })
    .filter((parts) => parts.some((part) => part > 0))
    .map((parts) => {
      const total = parts.reduce((all, part) => all + part, 0);
      return parts.map((part) => part / total);
    });

export const polytopes = (assets: number): fc.Arbitrary<Polytope> => someWeights(assets).chain(polytopeAround);

/** `cases` over polytopes of any kind; equal weights are outside most of them. */
export const polytopeCases: fc.Arbitrary<Case> = scenarios.chain((matrix) =>
  fc.record({
    scenarios: fc.constant(matrix),
    tailFraction: fc.constantFrom(...tailFractions),
    feasible: polytopes(matrix.cols),
    tightness,
  }),
);
