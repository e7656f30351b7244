import { z } from 'zod';
import { defineKind, fraction } from './kind.ts';
import { ROUNDING } from './polytope.ts';

/** w ≥ weight for every asset. */
export const minWeight = defineKind(
  z.object({ kind: z.literal('min-weight'), weight: fraction }).readonly(),
  ({ weight }, { length: assets }) => {
    if (assets * weight <= 1 + ROUNDING) return { lower: new Float64Array(assets).fill(Math.min(weight, 1 / assets)) };
    const enough = Math.floor(1e4 / assets + ROUNDING) / 1e4;
    return {
      lower: new Float64Array(assets).fill(weight),
      problem: { code: 'constraints.min-weight-too-high', data: { assets, weight, needed: assets * weight, enough } },
    };
  },
);
