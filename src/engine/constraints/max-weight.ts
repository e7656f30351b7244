import { z } from 'zod';
import { TYPING, fraction, type Restriction } from './kind.ts';
import { ROUNDING } from './polytope.ts';

/** w ≤ weight for every asset. */
export const maxWeightSchema = z.object({ kind: z.literal('max-weight'), weight: fraction }).readonly();

export function restrictMaxWeight(
  { weight }: z.infer<typeof maxWeightSchema>,
  { length: assets }: readonly string[],
): Restriction {
  if (weight >= 1 / assets - TYPING) return { upper: new Float64Array(assets).fill(Math.max(weight, 1 / assets)) };
  const enough = Math.ceil(1e4 / assets - ROUNDING) / 1e4;
  return {
    upper: new Float64Array(assets).fill(weight),
    problem: { code: 'constraints.max-weight-too-low', data: { assets, weight, reached: assets * weight, enough } },
  };
}
