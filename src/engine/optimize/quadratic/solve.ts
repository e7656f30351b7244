// The door to convex programs over weights. docs/mathematics.md, section 21.
import type { LinearRow, Polytope } from '../../constraints/polytope.ts';
import { constraintError } from '../../constraints/problem.ts';
import type { Matrix } from '../../types.ts';
import { roundToFeasible } from '../weights.ts';
import type { ConvexLimit } from './limits.ts';
import { MaximumSharpe } from './maximum-sharpe.ts';
import { MinimumVariance, type Objective, type Solve } from './objective.ts';
import { openSolver } from './solver.ts';

/** Each adds at least one cut. */
const MOST_ROUNDS = 500;
/** How far weights may exceed a limit. */
const PRECISION = 1e-9;
/** A search ends this near to the best value, beside what the limits cost of it. */
const GAP = 1e-7;
/** The same where no solver goes on. */
const NEAR = 0.01;
/** The longest way along which limits are kept is found to the fifth part of `PRECISION` or so. */
const MOST_SECANTS = 20;

interface LimitedProgram {
  readonly objective: Objective;
  readonly feasible: Polytope;
  readonly limits: readonly ConvexLimit[];
  /** (n) Weights that keep the limits. With them fewer cuts are needed, and there is always an answer. */
  readonly inside?: Float64Array | undefined;
  /** Rows that all weights that keep the limits meet. Those that are found join them. */
  readonly cuts?: LinearRow[];
}

/**
 * The best weights that keep the limits. Solves the program again and again, each time with the cuts at what it gave
 * before, and at the edge between this and weights that are known to keep the limits, where cuts are deepest.
 * @returns (n) undefined when nothing is feasible
 * @throws Error when no optimum is found
 */
export function minimise(question: LimitedProgram, solve: Solve): Float64Array | undefined {
  const { objective, feasible, limits, inside, cuts = [] } = question;
  const valueOf = (weights: Float64Array): number => objective.value(weights, feasible);
  let edge: Float64Array | undefined;
  let bound = -Infinity;
  // What is known where a solver fails, or cuts do not end: an answer if it is near the best.
  const known = (): Float64Array | undefined =>
    edge !== undefined && inside !== undefined && isWithin(NEAR, valueOf(edge), bound, valueOf(inside))
      ? edge
      : undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const relaxed = { ...feasible, rows: [...feasible.rows, ...cuts] };
    let found: Float64Array | undefined;
    try {
      found = objective.minimise(relaxed, solve, edge);
    } catch (error) {
      return known() ?? unfound(error);
    }
    if (edge !== undefined && found === edge) return edge;
    // Cuts that meet in a point are infeasible by rounding.
    if (found === undefined) return edge && (known() ?? unfound());
    const weights = roundToFeasible(found, feasible);
    const broken = limits.filter((limit) => limit.excess(weights) > PRECISION);
    if (broken.length === 0) return weights;
    cuts.push(...broken.map((limit) => limit.rowAt(weights)));
    if (inside === undefined) continue;
    const last = edgeBetween(inside, weights, broken);
    cuts.push(...broken.map((limit) => limit.rowAt(last)));
    if (edge === undefined || valueOf(last) < valueOf(edge)) edge = last;
    // No weights that keep the limits are better than the program's.
    bound = Math.max(bound, valueOf(weights));
    if (isWithin(GAP, valueOf(edge), bound, valueOf(inside))) return edge;
  }
  return known() ?? unfound();
}

/** @param error a solver's */
function unfound(error: unknown = new Error('the best weights that keep the limits were not found')): never {
  throw error;
}

/** Whether a value is within a share of the way from the bound to the worst value. */
const isWithin = (share: number, value: number, bound: number, worst: number): boolean =>
  value - bound <= share * (worst - bound);

/** The last weights (n) on the way to others that keep limits. A convex function is below its secants. */
function edgeBetween(inside: Float64Array, others: Float64Array, limits: readonly ConvexLimit[]): Float64Array {
  const at = (share: number): Float64Array => inside.map((weight, j) => weight + share * (others[j]! - weight));
  const excess = (weights: Float64Array): number => Math.max(...limits.map((limit) => limit.excess(weights)));
  let [low, below] = [0, excess(inside)];
  const above = excess(others);
  for (let secant = 0; secant < MOST_SECANTS && below < -PRECISION / 5; secant++) {
    const share = low + ((1 - low) * -below) / (above - below);
    const next = excess(at(share));
    // Apart from rounding, it is never above.
    if (next > 0 || share === low) break;
    [low, below] = [share, next];
  }
  return at(low);
}

/**
 * The best weights by an objective.
 * @param feasible absent: weights that sum to 1, without bounds
 * @returns (n)
 * @throws UserError (`constraints.contradict`) when no weights meet the constraints and the limits; Error when no
 *   optimum is found, or a figure is not finite
 */
export async function solveQuadratic(
  objective: Objective,
  feasible: Polytope,
  limits: readonly ConvexLimit[] = [],
): Promise<Float64Array> {
  const solver = await openSolver();
  try {
    const weights = minimise({ objective, feasible, limits }, (program) => solver.solve(program));
    if (weights === undefined) throw constraintError('constraints.contradict');
    return weights;
  } finally {
    solver.close();
  }
}

/** Σ w = 1 and nothing else, for n assets. */
export const withoutBounds = (n: number): Polytope => ({
  lower: new Float64Array(n).fill(-Infinity),
  upper: new Float64Array(n).fill(Infinity),
  rows: [],
});

/** @param covariance Σ (n, n) @returns (n), as `solveQuadratic`; without a polytope short sales are allowed */
export const minimumVarianceWeights = (
  covariance: Matrix,
  feasible: Polytope = withoutBounds(covariance.rows),
): Promise<Float64Array> => solveQuadratic(new MinimumVariance(covariance), feasible);

/**
 * @param means μ (n) @param covariance Σ (n, n)
 * @returns (n), as `solveQuadratic`; the smallest variance where no ratio is the largest, see `MaximumSharpe`
 */
export const maximumSharpeWeights = (
  means: Float64Array,
  covariance: Matrix,
  feasible: Polytope = withoutBounds(covariance.rows),
  riskFree = 0,
): Promise<Float64Array> => solveQuadratic(new MaximumSharpe(means, covariance, riskFree), feasible);
