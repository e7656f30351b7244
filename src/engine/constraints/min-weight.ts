import { z } from 'zod';
import { TYPING, fraction, type Restriction } from './kind.ts';
import { ROUNDING } from './polytope.ts';

/** w ≥ weight for every asset. */
export const minWeightSchema = z.object({ kind: z.literal('min-weight'), weight: fraction }).readonly();

export function restrictMinWeight(
  { weight }: z.infer<typeof minWeightSchema>,
  { length: assets }: readonly string[],
): Restriction {
  if (weight <= 1 / assets + TYPING) return { lower: new Float64Array(assets).fill(Math.min(weight, 1 / assets)) };
  const enough = Math.floor(1e4 / assets + ROUNDING) / 1e4;
  return {
    lower: new Float64Array(assets).fill(weight),
    problem: { code: 'constraints.min-weight-too-high', data: { assets, weight, needed: assets * weight, enough } },
  };
}
