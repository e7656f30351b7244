import type { Trading } from './problem.ts';

/** Σ max(0, w_j − held_j) of weights (n): all that is bought, whether from cash or from what is sold. */
export function turnoverOf(weights: ArrayLike<number>, held: Float64Array): number {
  let total = 0;
  for (let at = 0; at < held.length; at++) total += Math.max(0, weights[at]! - held[at]!);
  return total;
}

/** What it costs to trade from what is held to weights (n), a fraction of all money. */
export const tradeCost = (weights: ArrayLike<number>, { held, cost }: Trading): number => cost * traded(weights, held);

/** Whether weights (n) are those held, apart from a solver's tolerance. */
export const isWithoutTrades = (weights: ArrayLike<number>, { held }: Trading): boolean =>
  traded(weights, held) <= 1e-9;

/** All that is bought and sold, without cash. */
function traded(weights: ArrayLike<number>, held: Float64Array): number {
  let total = 0;
  for (let at = 0; at < held.length; at++) total += Math.abs(weights[at]! - held[at]!);
  return total;
}
