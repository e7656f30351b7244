import { expectedReturns } from './optimize/portfolio.ts';
import type { Matrix } from './types.ts';

/** Of returns over one period, such as those of scenarios. */
export interface Moments {
  /** μ (n) */
  readonly means: Float64Array;
  /** Σ (n, n) */
  readonly covariance: Matrix;
}

export function momentsOf(scenarios: Matrix): Moments {
  const { rows, cols: n, data } = scenarios;
  const means = expectedReturns(scenarios);
  const covariance = new Float64Array(n * n);
  const over = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < n; i++) over[i] = data[row * n + i]! - means[i]!;
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) covariance[i * n + j]! += over[i]! * over[j]!;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) covariance[j * n + i] = covariance[i * n + j]! /= rows;
  }
  return { means, covariance: { rows: n, cols: n, data: covariance } };
}
