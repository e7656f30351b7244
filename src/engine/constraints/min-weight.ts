import { z } from 'zod';
import { TYPING, fraction, type Restriction } from './kind.ts';

/** w ≥ weight for every asset. */
export const minWeightSchema = z.object({ kind: z.literal('min-weight'), weight: fraction }).readonly();

export function restrictMinWeight(
  { weight }: z.infer<typeof minWeightSchema>,
  { length: assets }: readonly string[],
): Restriction {
  if (weight <= 1 / assets + TYPING) return { lower: new Float64Array(assets).fill(Math.min(weight, 1 / assets)) };
  return { lower: new Float64Array(assets).fill(weight), problem: 'constraints.min-weight-too-high' };
}
