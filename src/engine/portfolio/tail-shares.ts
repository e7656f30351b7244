import { type Tail, portfolioLosses, tail, tailMeans } from '../risk.ts';
import type { Matrix } from '../types.ts';

export interface TailShares {
  /** The cases that the CVaR averages. */
  readonly tail: Tail;
  /** (n) What each asset loses in the CVaR; negative for one that gains there. They sum to the CVaR. */
  readonly shares: readonly number[];
}

/**
 * Divides the CVaR over the assets (Euler; Tasche 1999): w_j times the mean loss of asset j in the tail, where the
 * value-at-risk counts by its fraction. Of equal losses at the value-at-risk, those of the first rows count.
 * @param scenarios C (M, n)
 * @param weights (n); where they sum to less than 1, the rest is cash
 */
export function tailShares(scenarios: Matrix, weights: readonly number[], alpha: number): TailShares {
  const worst = tail(portfolioLosses(scenarios, weights), alpha);
  const means = tailMeans(scenarios, worst);
  return { tail: worst, shares: weights.map((weight, j) => 0 - weight * means[j]!) };
}
