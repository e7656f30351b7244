// Whole shares by what they are expected to earn, where none come near the weights. docs/mathematics.md, section 16.
import { withMore } from './lot-moves.ts';
import { distanceFrom } from './lot-problem.ts';
import { expectedReturns } from './optimize/portfolio.ts';
import { Positions } from './positions.ts';
import { bestLots } from './whole-lots.ts';

/** A twentieth of the money in other assets than the weights say, or in cash. */
const FAR = 0.1;

/** Whether so little money comes no nearer to the weights that they say little about the purchase. */
export const isFar = ({ problem, weights }: Positions): boolean => distanceFrom(problem, weights) > FAR;

/**
 * @param nearest to the weights, of the purchases that are allowed
 * @returns the purchase found with the highest expected return net of costs that keeps the same; undefined where it is to
 *   buy nothing
 */
export async function mostProfitableLots(nearest: Positions): Promise<Positions | undefined> {
  const start = new Positions({ ...nearest.problem, gains: expectedReturns(nearest.problem.scenarios) });
  start.set(nearest.counts);
  const found = withMore(await bestLots(withMore(start)));
  return found.counts.some((count) => count > 0) ? found : undefined;
}
