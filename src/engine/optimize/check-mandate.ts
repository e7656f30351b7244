import { checkHeld, tradesAndPositions } from '../constraints/beyond-bounds.ts';
import { feasibleSet } from '../constraints/index.ts';
import type { Mandate } from '../mandate.ts';
import { explainContradictions } from './contradictions.ts';
import { assertFeasible } from './starting-weights.ts';

/**
 * Impossible requests fail before a model is trained for them.
 * @throws UserError when no split of these assets meets the constraints, with those that contradict each other, or when
 *   they limit trades from nothing
 */
export async function checkMandate({ constraints, held }: Mandate, tickers: readonly string[]): Promise<void> {
  checkHeld(constraints, held);
  await explainContradictions(constraints, tickers, () =>
    assertFeasible(feasibleSet(constraints, tickers), tradesAndPositions(constraints, tickers, held)),
  );
}
