import type { LinearRow } from '../../constraints/polytope.ts';
import { dot } from '../../matrix.ts';
import type { Matrix } from '../../types.ts';

/** min ½ x'Qx + c'x subject to lower ≤ x ≤ upper and rows. */
export interface QuadraticProgram {
  /** Q (N, N), symmetric and positive semidefinite; absent: a linear program. */
  readonly hessian?: Matrix;
  /** c (N) */
  readonly costs: Float64Array;
  /** (N) May be infinite. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rows: readonly LinearRow[];
}

/** What a solver says of an optimum. */
export interface PrimalDualSolution {
  /** x (N) */
  readonly columns: Float64Array;
  /** λ, one for each row: positive where its lower end holds the optimum back. */
  readonly rowDuals: Float64Array;
}

/** (n, n) · (n) → (n) */
export const product = ({ rows, cols, data }: Matrix, vector: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => {
    let total = 0;
    for (let col = 0; col < cols; col++) total += data[row * cols + col]! * vector[col]!;
    return total;
  });

/**
 * The same program with an objective whose Q has diagonal elements of about 1: HiGHS never returns from Q as small as
 * that of daily returns.
 */
export function scaled(program: QuadraticProgram): QuadraticProgram {
  const { hessian } = program;
  if (hessian === undefined) return program;
  let trace = 0;
  for (let at = 0; at < hessian.rows; at++) trace += hessian.data[at * (hessian.cols + 1)]!;
  if (!(trace > 0)) return program;
  return times(program, hessian.rows / trace);
}

/** The same program with an objective so many times as large. */
export function times({ hessian, costs, ...constraints }: QuadraticProgram, factor: number): QuadraticProgram {
  const scaledUp = (values: Float64Array): Float64Array => values.map((value) => factor * value);
  return {
    ...constraints,
    costs: scaledUp(costs),
    ...(hessian && { hessian: { ...hessian, data: scaledUp(hessian.data) } }),
  };
}

/** Beside a variance of 1, none counts as less. */
const LEAST_VARIANCE = 1e-8;

/** By what columns are divided to have elements of about 1 on the diagonal of Q. (N) */
export const columnUnits = ({ hessian, costs }: QuadraticProgram): Float64Array =>
  costs.map((_, at) =>
    hessian === undefined ? 1 : 1 / Math.sqrt(Math.max(LEAST_VARIANCE, hessian.data[at * (hessian.cols + 1)]!)),
  );

/** The same program in x ÷ units (N). The multipliers of its rows are the same. */
export function inUnits(
  { hessian, costs, lower, upper, rows }: QuadraticProgram,
  units: Float64Array,
): QuadraticProgram {
  const each = (values: Float64Array): Float64Array => values.map((value, at) => value * units[at]!);
  const n = units.length;
  return {
    costs: each(costs),
    lower: lower.map((bound, at) => bound / units[at]!),
    upper: upper.map((bound, at) => bound / units[at]!),
    rows: rows.map(({ coefficients, ...ends }) => Object.assign(ends, { coefficients: each(coefficients) })),
    ...(hessian && {
      hessian: {
        ...hessian,
        data: hessian.data.map((value, at) => value * units[at % n]! * units[Math.floor(at / n)]!),
      },
    }),
  };
}

/**
 * How far a point is from meeting the conditions of Karush, Kuhn and Tucker, which an optimum meets and nothing else:
 * x = P(x − (Qx + c − A'λ)) and Ax = P(Ax − λ), where P projects onto the bounds and the rows' ends. They imply that
 * the point is feasible.
 */
export function kktResidual(
  { hessian, costs, lower, upper, rows }: QuadraticProgram,
  { columns, rowDuals }: PrimalDualSolution,
): number {
  const gradient = hessian === undefined ? costs.slice() : product(hessian, columns);
  if (hessian !== undefined) costs.forEach((cost, at) => (gradient[at]! += cost));
  let residual = 0;
  const check = (value: number, slope: number, from: number, to: number): void => {
    const missed = Math.abs(value - Math.min(Math.max(value - slope, from), to));
    // NaN is an error too.
    if (!(missed <= residual)) residual = missed;
  };
  rows.forEach(({ lower: from, upper: to, coefficients }, row) => {
    const dual = rowDuals[row]!;
    check(dot(coefficients, columns), dual, from, to);
    coefficients.forEach((coefficient, at) => (gradient[at]! -= dual * coefficient));
  });
  columns.forEach((value, at) => check(value, gradient[at]!, lower[at]!, upper[at]!));
  return residual;
}
