import { excess, type Polytope, sum } from '../constraints/polytope.ts';
import type { Portfolio, Solution } from '../types.ts';
import { cvarBehind, expectedReturns, measurePortfolio, netOf } from './portfolio.ts';
import { GAP_TOLERANCE, LIMIT_TOLERANCE, type RiskProblem, type Sparsity } from './problem.ts';
import { turnoverOf } from './trading.ts';

/** How far weights may be outside their bounds and rows, and their sum from 1. */
const WEIGHT_TOLERANCE = 1e-9;
/** How far a reported figure may be from the recomputed one. */
const FIGURE_TOLERANCE = 1e-12;

/**
 * Recomputes everything in solutions from the scenarios and the constraints, by the definitions and apart from the
 * search. What all solutions of a problem share, the means and the minimum, is computed once.
 */
export class Verifier {
  readonly #problem: RiskProblem;
  readonly #gapTolerance: number;
  /** c̄ (n) */
  readonly #means: Float64Array;
  /** The last one that was found right. */
  #minimum: Portfolio | undefined;

  constructor(problem: RiskProblem, gapTolerance = GAP_TOLERANCE) {
    this.#problem = problem;
    this.#gapTolerance = gapTolerance;
    this.#means = expectedReturns(problem.scenarios);
  }

  /**
   * Returns the solution if all of it holds.
   * @throws Error naming what failed and by how much
   */
  verify(solution: Solution, lossLimit: number): Solution {
    this.#checkMinimum(solution.minimum);
    atMost('gap', solution.gap, this.#gapTolerance);
    if (solution.status === 'infeasible') {
      atMost('the limit that the minimum CVaR was said to exceed', lossLimit, solution.minimum.cvar);
      return solution;
    }
    this.#checkPortfolio('best', solution.best);
    atMost('best CVaR', solution.best.cvar, lossLimit + LIMIT_TOLERANCE);
    // The minimum may lie above another portfolio by its gap.
    const tolerance = Math.max(LIMIT_TOLERANCE, this.#gapTolerance);
    atMost('minimum CVaR', solution.minimum.cvar, solution.best.cvar + tolerance);
    return solution;
  }

  #checkMinimum(minimum: Portfolio): void {
    if (minimum === this.#minimum) return;
    this.#checkPortfolio('minimum', minimum);
    if (Object.isFrozen(minimum)) this.#minimum = minimum;
  }

  #checkPortfolio(name: string, portfolio: Portfolio): void {
    const { scenarios, alpha, feasible, sparsity, trading, behind } = this.#problem;
    const { weights } = portfolio;
    equal(`${name} number of weights`, weights.length, scenarios.cols, 0);
    checkWeights(name, weights, feasible);
    if (sparsity !== undefined) checkPositions(name, weights, sparsity);
    if (trading !== undefined) {
      atMost(`${name} turnover`, turnoverOf(weights, trading.held), trading.mostTurnover + WEIGHT_TOLERANCE);
    }
    if (behind !== undefined) {
      atMost(`${name} CVaR behind`, cvarBehind(scenarios, weights, behind, alpha), behind.limit + LIMIT_TOLERANCE);
    }
    const recomputed = netOf(measurePortfolio(scenarios, alpha, weights, this.#means), trading);
    for (const figure of ['expectedReturn', 'cvar', 'valueAtRisk'] as const) {
      equal(`${name} ${figure}`, portfolio[figure], recomputed[figure], FIGURE_TOLERANCE);
    }
  }
}

function checkWeights(name: string, weights: readonly number[], { lower, upper, rows }: Polytope): void {
  weights.forEach((weight, asset) => {
    atMost(`${name} minimum weight of asset ${asset}`, lower[asset]! - WEIGHT_TOLERANCE, weight);
    atMost(`${name} weight of asset ${asset}`, weight, upper[asset]! + WEIGHT_TOLERANCE);
  });
  rows.forEach((row, at) => equal(`${name} row ${at} of the constraints`, excess(row, weights), 0, WEIGHT_TOLERANCE));
  equal(`${name} sum of weights`, sum(weights), 1, WEIGHT_TOLERANCE);
}

/** A weight of 0 is exactly 0. */
function checkPositions(name: string, weights: readonly number[], { most, least }: Sparsity): void {
  const held = weights.filter((weight) => weight !== 0);
  atMost(`${name} number of positions`, held.length, most);
  for (const weight of held) atMost(`${name} smallest position`, least - WEIGHT_TOLERANCE, weight);
}

/** NaN fails. The message holds only the excess, because the log must not hold a member's limits. */
function atMost(what: string, got: number, most: number): void {
  if (got <= most) return;
  throw new Error(`verification failed: ${what} is over its bound by ${(got - most).toExponential(1)}`);
}

function equal(what: string, got: number, expected: number, tolerance: number): void {
  if (Math.abs(got - expected) <= tolerance) return;
  throw new Error(`verification failed: ${what} is off by ${(got - expected).toExponential(1)}`);
}
