import { z } from 'zod';
import { TYPING, fraction, type Restriction } from './kind.ts';

/** w ≤ weight for every asset. */
export const maxWeightSchema = z.object({ kind: z.literal('max-weight'), weight: fraction }).readonly();

export function restrictMaxWeight(
  { weight }: z.infer<typeof maxWeightSchema>,
  { length: assets }: readonly string[],
): Restriction {
  if (weight >= 1 / assets - TYPING) return { upper: new Float64Array(assets).fill(Math.max(weight, 1 / assets)) };
  return { upper: new Float64Array(assets).fill(weight), problem: 'constraints.max-weight-too-low' };
}
