import { checkHeld, tightestBehind } from '../constraints/beyond-bounds.ts';
import type { Mandate } from '../mandate.ts';
import { checkFeasible } from './contradictions.ts';

/**
 * Impossible requests fail before a model is trained for them.
 * @throws UserError when no split of these assets meets the constraints, with those that contradict each other, or when
 *   they limit trades from nothing, or name several benchmarks
 */
export async function checkMandate({ constraints, held }: Mandate, tickers: readonly string[]): Promise<void> {
  checkHeld(constraints, held);
  tightestBehind(constraints);
  await checkFeasible({ constraints, tickers, ...(held && { held }) });
}
