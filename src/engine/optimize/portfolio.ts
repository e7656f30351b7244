import { cvar, portfolioLosses, riskOf } from '../risk.ts';
import type { Matrix, Portfolio } from '../types.ts';
import type { Behind, Trading } from './problem.ts';
import { tradeCost } from './trading.ts';

/** c̄, the mean of each column. (M, n) → (n) */
export function expectedReturns({ rows, cols, data }: Matrix): Float64Array {
  const totals = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++) for (let col = 0; col < cols; col++) totals[col]! += data[at++]!;
  return totals.map((total) => total / rows);
}

/** c̄·w */
export function expectedReturn(means: Float64Array, weights: ArrayLike<number>): number {
  let total = 0;
  for (let col = 0; col < means.length; col++) total += means[col]! * weights[col]!;
  return total;
}

/** Computes all figures of a portfolio by their definitions. @param weights (n) @param means c̄ (n), if known */
export function measurePortfolio(
  scenarios: Matrix,
  alpha: number,
  weights: ArrayLike<number>,
  means: Float64Array = expectedReturns(scenarios),
): Portfolio {
  const losses = portfolioLosses(scenarios, weights);
  return Object.freeze({
    weights: Object.freeze(Array.from(weights)),
    expectedReturn: expectedReturn(means, weights),
    ...riskOf(losses, alpha),
  });
}

/** The same portfolio with an expected return after the cost of the trades to it. */
export const netOf = <P extends Portfolio>(portfolio: P, trading: Trading | undefined): P =>
  trading === undefined
    ? portfolio
    : Object.freeze({ ...portfolio, expectedReturn: portfolio.expectedReturn - tradeCost(portfolio.weights, trading) });

/** The CVaR of falling behind a benchmark. @param weights (n) */
export function cvarBehind(
  scenarios: Matrix,
  weights: ArrayLike<number>,
  { benchmark }: Pick<Behind, 'benchmark'>,
  alpha: number,
): number {
  const losses = portfolioLosses(scenarios, weights);
  return cvar(
    losses.map((loss, row) => loss + benchmark[row]!),
    alpha,
  );
}
