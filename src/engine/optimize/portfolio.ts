// Pure: what the scenarios say of a split of the money.
import { cvar, portfolioLosses, valueAtRisk } from '../risk.ts';
import type { Matrix, Portfolio } from '../types.ts';

/** The mean of each column. (M, n) → (n) */
export function meanReturns({ rows, cols, data }: Matrix): Float64Array {
  const means = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++) for (let col = 0; col < cols; col++) means[col]! += data[at++]!;
  return means.map((total) => total / rows);
}

export function meanReturn(means: Float64Array, weights: ArrayLike<number>): number {
  let mean = 0;
  for (let col = 0; col < means.length; col++) mean += means[col]! * weights[col]!;
  return mean;
}

/** All the figures of one split, each by its definition. */
export function portfolioOf(scenarios: Matrix, alpha: number, weights: ArrayLike<number>): Portfolio {
  const losses = portfolioLosses(scenarios, weights);
  return Object.freeze({
    weights: Object.freeze(Array.from(weights)),
    expectedReturn: meanReturn(meanReturns(scenarios), weights),
    cvar: cvar(losses, alpha),
    valueAtRisk: valueAtRisk(losses, alpha),
  });
}
