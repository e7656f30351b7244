// `quadprog` as a second solver: the dual method of Goldfarb & Idnani (1983), dense.
import { solveQP } from 'quadprog';
import type { LinearRow } from '../../constraints/polytope.ts';
import { kktResidual, type PrimalDualSolution, type QuadraticProgram } from './program.ts';

/** It takes a tenth of a second for as many, and its work grows with their cube. */
export const MOST_COLUMNS = 100;
/** It has no limit of its own. */
const MOST_ITERATIONS = 10_000;
/** Added to the diagonal of Q, which must be positive definite. Beside elements of about 1 it moves no optimum far. */
const RIDGE = 1e-8;
/** Of the equations among the rows; a mandate has few. */
const MOST_SIGNS = 6;

/** One end of a row, or of a column's bounds, as a·x ≥ b. */
interface RowEnd {
  readonly coefficients: Float64Array;
  readonly bound: number;
  /** Which row it is an end of; absent: a column's. */
  readonly row?: number;
  readonly isUpper?: boolean;
}

/**
 * @param program scaled
 * @returns undefined when it finds no optimum
 */
export function solveByQuadprog(program: QuadraticProgram): PrimalDualSolution | undefined {
  const { hessian, costs, rows } = program;
  if (hessian === undefined) return undefined;
  const { equations, others } = rowEndsOf(program);
  const ends = [...equations, ...others];
  const quadratic = matrix(
    costs.length,
    costs.length,
    (i, j) => hessian.data[i * hessian.cols + j]! + (i === j ? RIDGE : 0),
  );
  const sides = matrix(costs.length, ends.length, (i, end) => ends[end]!.coefficients[i]!);
  const bounds = fromOne(ends.map(({ bound }) => bound));
  limitReads(bounds, MOST_ITERATIONS);
  let answer;
  try {
    answer = solveQP(quadratic, fromOne(Array.from(costs, (cost) => -cost)), sides, bounds, equations.length);
  } catch {
    return undefined;
  }
  // It takes bounds that leave but one point for contradictions, so that it cannot tell what is infeasible.
  if (answer.message !== '') return undefined;
  const columns = Float64Array.from(answer.solution.slice(1));
  const rowDuals = new Float64Array(rows.length);
  ends.forEach(({ row, isUpper = false }, at) => {
    if (row !== undefined) rowDuals[row]! += (isUpper ? -1 : 1) * answer.Lagrangian[at + 1]!;
  });
  const equal = equations.flatMap(({ row }) => row ?? []);
  return bestOf(program, signings(rowDuals, equal.slice(0, MOST_SIGNS)), columns);
}

/** It turns equations round, back and forth, so that it tells the sizes of their multipliers, but not the signs. */
function signings(rowDuals: Float64Array, equations: readonly number[]): Float64Array[] {
  return Array.from({ length: 2 ** equations.length }, (_, choice) => {
    const signed = rowDuals.slice();
    equations.forEach((row, at) => (signed[row]! *= (choice >> at) % 2 === 0 ? 1 : -1));
    return signed;
  });
}

function bestOf(program: QuadraticProgram, duals: readonly Float64Array[], columns: Float64Array): PrimalDualSolution {
  const all = duals.map((rowDuals) => ({ columns, rowDuals }));
  return all.reduce((a, b) => (kktResidual(program, b) < kktResidual(program, a) ? b : a));
}

function rowEndsOf({ lower, upper, rows }: QuadraticProgram) {
  const unit = (at: number): LinearRow => {
    const coefficients = new Float64Array(lower.length);
    coefficients[at] = 1;
    return { lower: lower[at]!, upper: upper[at]!, coefficients };
  };
  const all = [
    ...rows.map((row, at) => ({ ...row, row: at })),
    ...Array.from(lower.keys(), (at) => ({ ...unit(at), row: undefined })),
  ];
  const equations: RowEnd[] = [];
  const others: RowEnd[] = [];
  for (const { lower: from, upper: to, coefficients, row } of all) {
    const of = { ...(row !== undefined && { row }) };
    if (coefficients.every((value) => value === 0) && from <= 0 && to >= 0) continue;
    if (from === to) equations.push({ coefficients, bound: from, ...of });
    else {
      if (from > -Infinity) others.push({ coefficients, bound: from, ...of });
      if (to < Infinity)
        others.push({ coefficients: coefficients.map((value) => -value), bound: -to, ...of, isUpper: true });
    }
  }
  return { equations, others };
}

const fromOne = (values: readonly number[]): number[] => [0, ...values];

const matrix = (rows: number, cols: number, at: (row: number, col: number) => number): number[][] => [
  [],
  ...Array.from({ length: rows }, (_, row) => fromOne(Array.from({ length: cols }, (__, col) => at(row, col)))),
];

/** Each iteration reads the first bound. */
function limitReads(bounds: number[], most: number): void {
  let [value, reads] = [bounds[1], 0];
  Object.defineProperty(bounds, 1, {
    get: () => {
      reads += 1;
      if (reads > most) throw new Error(`quadprog has not ended after ${most} iterations`);
      return value;
    },
    set: (changed: number) => {
      value = changed;
    },
  });
}
