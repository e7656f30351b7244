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

/**
 * The size of the largest return, at least 1e-9: no long-only portfolio gains or loses more in any scenario.
 * @throws Error when a return is not finite
 */
export function reachOf({ data }: Matrix): number {
  let reach = 1e-9;
  for (let at = 0; at < data.length; at++) {
    const size = Math.abs(data[at]!);
    if (!(size < Infinity)) throw new Error(`expected finite returns, got ${data[at]}`);
    if (size > reach) reach = size;
  }
  return reach;
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
