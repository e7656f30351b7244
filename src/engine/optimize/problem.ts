import { beyondBounds, type BeyondBounds } from '../constraints/beyond-bounds.ts';
import { feasibleSet } from '../constraints/index.ts';
import type { Polytope } from '../constraints/polytope.ts';
import type { Mandate } from '../mandate.ts';
import type { Matrix } from '../types.ts';

export type { Behind, Sparsity, Trading } from '../constraints/beyond-bounds.ts';

/**
 * The scenarios c_m (n), m = 1…M, equally likely, and the weights W that are allowed. With k = (1 − α) M the CVaR of
 * weights w is a linear program (Rockafellar & Uryasev 2000, 2002):
 *
 *     CVaR(w) = min over t, u of  t + (1/k) Σ_m u_m   subject to  u_m ≥ −c_m·w − t,  u_m ≥ 0
 *
 * so that both problems are linear programs in (w, t, u), where c̄ = (1/M) Σ_m c_m:
 *
 *     the least risk                  min CVaR(w)  over w in W
 *     the highest expected return     max c̄·w      over w in W with CVaR(w) ≤ limit
 */
export interface RiskProblem extends BeyondBounds {
  /** (M, n) returns over the horizon, all finite; n from 1. */
  readonly scenarios: Matrix;
  /** α, the confidence: the CVaR averages the worst 1 − α of the scenarios. */
  readonly alpha: number;
  /** W, of n assets. */
  readonly feasible: Polytope;
}

/**
 * The problem that a mandate poses for the assets with these tickers.
 * @param scenarios (M, n) returns over the mandate's horizon
 * @throws UserError when bounds alone leave no weights, or the benchmark is not among the tickers
 */
export const riskProblem = (
  scenarios: Matrix,
  tickers: readonly string[],
  { constraints, risk, held }: Pick<Mandate, 'constraints' | 'risk' | 'held'>,
): RiskProblem => ({
  scenarios,
  alpha: risk.alpha,
  feasible: feasibleSet(constraints, tickers),
  ...beyondBounds(constraints, tickers, scenarios, held),
});

/** The same without parts that restrict nothing and cost nothing, so that the answer is the one without them. */
export function withoutIdleParts({ sparsity, trading, ...problem }: RiskProblem): RiskProblem {
  const isSparse = sparsity !== undefined && (sparsity.most < problem.scenarios.cols || sparsity.least > 0);
  const isTraded = trading !== undefined && (trading.cost > 0 || trading.mostTurnover < 1);
  return { ...problem, ...(isSparse && { sparsity }), ...(isTraded && { trading }) };
}

export interface ReturnProblem extends RiskProblem {
  /** The limit: the largest CVaR allowed, a fraction of the money invested. */
  readonly lossLimit: number;
}

/** How far an answer's CVaR may exceed the limit. */
export const LIMIT_TOLERANCE = 1e-7;

/** Whether a CVaR keeps a limit. Without a limit any does. */
export const isKept = (cvar: number, limit = Infinity): boolean => cvar <= limit + LIMIT_TOLERANCE;

/** How far an answer may be from the optimum: in expected return, or in CVaR for the minimum. */
export const GAP_TOLERANCE = 1e-7;

/**
 * The tolerance of the search: how far a portfolio's CVaR may exceed the limit or miss the minimum. A hundred times
 * finer than what answers promise.
 */
export const PRECISION = 1e-9;

/** Where risk earns more, a return within 1e-9 of the best has a CVaR within 1e-7 of the limit, so there are no ties. */
export const NO_TIES_PRICE = 0.01;
