import { excess, type Polytope, sum } from '../constraints/polytope.ts';
import type { Portfolio, Solution } from '../types.ts';
import { measurePortfolio } from './portfolio.ts';
import { GAP_TOLERANCE, LIMIT_TOLERANCE, type ReturnProblem } from './problem.ts';

/** How far weights may be outside their bounds and rows, and their sum from 1. */
const WEIGHT_TOLERANCE = 1e-9;
/** How far a reported figure may be from the recomputed one. */
const FIGURE_TOLERANCE = 1e-12;

/**
 * Recomputes everything in `solution` from the scenarios and the constraints. Returns the solution if all of it holds.
 * @throws Error naming what failed and by how much
 */
export function verify(problem: ReturnProblem, solution: Solution, gapTolerance = GAP_TOLERANCE): Solution {
  const { lossLimit } = problem;
  checkPortfolio('minimum', problem, solution.minimum);
  atMost('gap', solution.gap, gapTolerance);
  if (solution.status === 'infeasible') {
    atMost('the limit that the minimum CVaR was said to exceed', lossLimit, solution.minimum.cvar);
    return solution;
  }
  checkPortfolio('best', problem, solution.best);
  atMost('best CVaR', solution.best.cvar, lossLimit + LIMIT_TOLERANCE);
  // The minimum may lie above another portfolio by its gap.
  atMost('minimum CVaR', solution.minimum.cvar, solution.best.cvar + Math.max(LIMIT_TOLERANCE, gapTolerance));
  return solution;
}

function checkPortfolio(name: string, { scenarios, alpha, feasible }: ReturnProblem, portfolio: Portfolio): void {
  const { weights } = portfolio;
  equal(`${name} number of weights`, weights.length, scenarios.cols, 0);
  checkWeights(name, weights, feasible);
  const recomputed = measurePortfolio(scenarios, alpha, weights);
  for (const figure of ['expectedReturn', 'cvar', 'valueAtRisk'] as const) {
    equal(`${name} ${figure}`, portfolio[figure], recomputed[figure], FIGURE_TOLERANCE);
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

/** NaN fails. The message holds only the excess, because the log must not hold a member's limits. */
function atMost(what: string, got: number, most: number): void {
  if (got <= most) return;
  throw new Error(`verification failed: ${what} is over its bound by ${(got - most).toExponential(1)}`);
}

function equal(what: string, got: number, expected: number, tolerance: number): void {
  if (Math.abs(got - expected) <= tolerance) return;
  throw new Error(`verification failed: ${what} is off by ${(got - expected).toExponential(1)}`);
}
