import { checkHeld, tradesAndPositions } from '../engine/constraints/beyond-bounds.ts';
import { feasibleSet } from '../engine/constraints/index.ts';
import { checkNames } from '../engine/constraints/names.ts';
import type { Mandate } from '../engine/mandate.ts';
import { explainContradictions } from '../engine/optimize/contradictions.ts';
import { assertFeasible } from '../engine/optimize/starting-weights.ts';

/**
 * Impossible requests fail before a model is trained for them.
 * @throws UserError when no split of these assets meets the constraints, with those that contradict each other, or when
 *   they name others, or limit trades from nothing
 */
export async function checkMandate({ constraints, held }: Mandate, tickers: readonly string[]): Promise<void> {
  checkNames(constraints, tickers);
  checkHeld(constraints, held);
  await explainContradictions(constraints, tickers, () =>
    assertFeasible(feasibleSet(constraints, tickers), tradesAndPositions(constraints, tickers, held)),
  );
}
