import { cvar, portfolioLosses, valueAtRisk } from '../risk.ts';
import type { Matrix, Portfolio } from '../types.ts';

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

/**
 * The size of the largest return, at least 1e-9. It bounds the gain or loss of every long-only portfolio.
 * @throws Error when a return is not finite
 */
export function largestReturn({ data }: Matrix): number {
  let largest = 1e-9;
  for (let at = 0; at < data.length; at++) {
    const size = Math.abs(data[at]!);
    if (!(size < Infinity)) throw new Error(`expected finite returns, got ${data[at]}`);
    if (size > largest) largest = size;
  }
  return largest;
}

/** Computes all figures of a portfolio by their definitions. @param weights (n) */
export function measurePortfolio(scenarios: Matrix, alpha: number, weights: ArrayLike<number>): Portfolio {
  const losses = portfolioLosses(scenarios, weights);
  return Object.freeze({
    weights: Object.freeze(Array.from(weights)),
    expectedReturn: expectedReturn(expectedReturns(scenarios), weights),
    cvar: cvar(losses, alpha),
    valueAtRisk: valueAtRisk(losses, alpha),
  });
}
