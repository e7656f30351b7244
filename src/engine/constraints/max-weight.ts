import { z } from 'zod';
import { defineKind, fraction } from './kind.ts';
import { ROUNDING } from './polytope.ts';

/** w ≤ weight for every asset. */
export const maxWeight = defineKind(
  z.object({ kind: z.literal('max-weight'), weight: fraction }).readonly(),
  ({ weight }, { length: assets }) => {
    if (assets * weight >= 1 - ROUNDING) return { upper: new Float64Array(assets).fill(Math.max(weight, 1 / assets)) };
    const enough = Math.ceil(1e4 / assets - ROUNDING) / 1e4;
    return {
      upper: new Float64Array(assets).fill(weight),
      problem: { code: 'constraints.max-weight-too-low', data: { assets, weight, reached: assets * weight, enough } },
    };
  },
);
