// What a purchase of whole shares keeps. docs/mathematics.md, section 16.
import { type Polytope, ROUNDING, sum } from './constraints/polytope.ts';
import { cvarBehind } from './optimize/portfolio.ts';
import type { Behind, RiskProblem, Sparsity, Trading } from './optimize/problem.ts';
import { turnoverOf } from './optimize/trading.ts';
import type { Matrix } from './types.ts';

/** How much more cash counts than a distance: of equals the purchase with less cash is the nearer. */
export const SPENDING = 1.001;
/** How much more it counts what a constraint is missed by that money alone does not keep. */
export const MISSING = 100;
/** Whole shares seldom meet an equation, and none should be bought of its assets for that. */
const MISSING_EQUATION = 10;

/** a·v ≤ upper, with the largest |a_j| 1. */
export interface End {
  /** a (n) */
  readonly coefficients: Float64Array;
  readonly upper: number;
  /** How much more than a distance it counts what is above the end. Infinity: nothing may be. */
  readonly price: number;
}

/** Weights that are wanted, and what purchases keep beside them. All are fractions of the whole money. */
export interface LotProblem {
  /** (n) What purchases are to be near to. */
  readonly wanted: readonly number[];
  /** (n) Expected returns, of which purchases are to have most, net of costs; absent: the nearest to the weights are sought. */
  readonly gains?: Float64Array;
  /** C (M, n) */
  readonly scenarios: Matrix;
  readonly alpha: number;
  /** The largest CVaR, 0 or more; `Infinity` where risk is measured, not limited. */
  readonly limit: number;
  /** (n) The smallest purchase of each asset. */
  readonly lots: readonly number[];
  /** (n) What stays in any case, such as half a share where whole ones are traded. */
  readonly kept: readonly number[];
  /** (n) Missing a lower end costs `MISSING`: one share may cost more than all the money. */
  readonly lower: Float64Array;
  /** (n) */
  readonly upper: Float64Array;
  readonly ends: readonly End[];
  readonly sparsity?: Sparsity;
  /** What is held before; absent: money alone, and trades cost nothing. */
  readonly trading?: Trading;
  /** What exceeds its limit costs `MISSING`, since cash falls behind too. */
  readonly behind?: Behind;
}

type Purchased = Pick<LotProblem, 'wanted' | 'lots' | 'limit'>;

/** Where the weights themselves break something, purchases may break it as far. */
export function lotProblem(problem: RiskProblem, purchased: Purchased): LotProblem {
  const { alpha, feasible, sparsity, trading, behind, scenarios } = problem;
  const { wanted } = purchased;
  const held = wanted.filter((weight) => weight > 0);
  return {
    ...purchased,
    scenarios,
    alpha,
    kept: wanted.map(() => 0),
    lower: feasible.lower.map((end, j) => Math.min(end, wanted[j]!)),
    upper: feasible.upper.map((end, j) => Math.max(end, wanted[j]!)),
    ends: endsOf(feasible.rows, wanted),
    ...(sparsity && {
      sparsity: { most: Math.max(sparsity.most, held.length), least: Math.min(sparsity.least, ...held) },
    }),
    ...(trading && {
      trading: { ...trading, mostTurnover: Math.max(trading.mostTurnover, turnoverOf(wanted, trading.held)) },
    }),
    ...(behind && {
      behind: { ...behind, limit: Math.max(behind.limit, cvarBehind(scenarios, wanted, behind, alpha)) },
    }),
  };
}

/** `2 * B <= A`, `A >= 2 * B` and `A - 2 * B >= 0` are the same end. One that money alone keeps must be kept. */
function endsOf(rows: Polytope['rows'], wanted: readonly number[]): End[] {
  const ends = rows.flatMap(({ lower, upper, coefficients }) => {
    const size = coefficients.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
    if (size === 0) return [];
    return [
      ...(upper < Infinity ? [{ coefficients: coefficients.map((a) => a / size), upper: upper / size }] : []),
      ...(lower > -Infinity ? [{ coefficients: coefficients.map((a) => -a / size), upper: -lower / size }] : []),
    ];
  });
  const isOpposite = (one: (typeof ends)[number], other: (typeof ends)[number]): boolean =>
    Math.abs(one.upper + other.upper) <= ROUNDING &&
    one.coefficients.every((a, j) => Math.abs(a + other.coefficients[j]!) <= ROUNDING);
  const priceOf = (end: (typeof ends)[number]): number => {
    if (ends.some((other) => isOpposite(end, other))) return MISSING_EQUATION;
    return end.upper >= -ROUNDING ? Infinity : MISSING;
  };
  return ends.map((end) => ({
    coefficients: end.coefficients,
    upper: Math.max(end.upper, activity(end, wanted)),
    price: priceOf(end),
  }));
}

/** (indices) The assets that purchases may have: those with a weight, or with `gains` all. */
export const candidatesOf = ({ wanted, gains, upper }: LotProblem): number[] =>
  [...wanted.keys()].filter((j) => (gains === undefined ? wanted[j]! > 0 : upper[j]! > 0));

/** How far weights (n) are from those that are wanted, with the cash that they leave. */
export function distanceFrom({ wanted }: Pick<LotProblem, 'wanted'>, weights: Float64Array): number {
  let apart = 0;
  for (let j = 0; j < wanted.length; j++) apart += Math.abs(wanted[j]! - weights[j]!);
  return apart + SPENDING * (1 - sum(weights));
}

/** a·v */
export function activity({ coefficients }: Pick<End, 'coefficients'>, weights: ArrayLike<number>): number {
  let total = 0;
  for (let j = 0; j < coefficients.length; j++) total += coefficients[j]! * weights[j]!;
  return total;
}
