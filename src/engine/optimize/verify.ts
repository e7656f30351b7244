// Pure: an answer is checked against the scenarios before anybody sees it.
import type { Matrix, Portfolio, Solution } from '../types.ts';
import { sum } from './bounds.ts';
import { portfolioOf } from './portfolio.ts';
import { gapTolerance, limitTolerance, type Problem } from './problem.ts';

/** How far weights may be from their bounds and from summing to 1. */
const weightTolerance = 1e-9;
/** How far a reported figure may be from the one computed here. */
const figureTolerance = 1e-12;

/**
 * Computes everything that `solution` says anew from the scenarios, and returns it when it holds.
 * @throws Error naming what failed and by how much: such an answer is a fault
 */
export function verify(scenarios: Matrix, problem: Pick<Problem, 'limit' | 'bounds'>, solution: Solution): Solution {
  const { lossLimit } = problem.limit;
  checkPortfolio('minimum', scenarios, problem, solution.minimum);
  atMost('gap', solution.gap, gapTolerance);
  if (solution.status === 'infeasible') {
    atMost('the limit that the minimum CVaR was said to exceed', lossLimit, solution.minimum.cvar);
    return solution;
  }
  checkPortfolio('best', scenarios, problem, solution.best);
  atMost('best CVaR', solution.best.cvar, lossLimit + limitTolerance);
  atMost('minimum CVaR', solution.minimum.cvar, solution.best.cvar + limitTolerance);
  return solution;
}

function checkPortfolio(
  name: string,
  scenarios: Matrix,
  { limit, bounds }: Pick<Problem, 'limit' | 'bounds'>,
  portfolio: Portfolio,
): void {
  const { weights } = portfolio;
  equal(`${name} number of weights`, weights.length, scenarios.cols, 0);
  weights.forEach((weight, asset) => {
    atMost(`${name} minimum weight of asset ${asset}`, bounds.minWeight - weightTolerance, weight);
    atMost(`${name} weight of asset ${asset}`, weight, bounds.maxWeight + weightTolerance);
  });
  equal(`${name} sum of weights`, sum(weights), 1, weightTolerance);

  const recomputed = portfolioOf(scenarios, limit.alpha, weights);
  for (const figure of ['expectedReturn', 'cvar', 'valueAtRisk'] as const) {
    equal(`${name} ${figure}`, portfolio[figure], recomputed[figure], figureTolerance);
  }
}

/** Written so that NaN fails. The log must not hold a member's limits, so only the excess is told. */
function atMost(what: string, got: number, most: number): void {
  if (got <= most) return;
  throw new Error(`verification failed: ${what} is over its bound by ${(got - most).toExponential(1)}`);
}

function equal(what: string, got: number, expected: number, tolerance: number): void {
  if (Math.abs(got - expected) <= tolerance) return;
  throw new Error(`verification failed: ${what} is off by ${(got - expected).toExponential(1)}`);
}
