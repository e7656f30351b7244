import { z } from 'zod';
import { constraintsSchema } from './constraints/index.ts';

export const mandateSchema = z
  .strictObject({
    /** H, trading days. */
    horizonDays: z.number(),
    /** On the weights, beside long-only and fully invested. */
    constraints: constraintsSchema,
    risk: z
      .strictObject({
        /** Confidence, 0.95: the CVaR averages the worst 5 % of cases. */
        alpha: z.number(),
        /** The largest CVaR over the horizon, a positive fraction of the money invested; absent: risk is only measured. */
        limit: z.number().exactOptional(),
      })
      .readonly(),
  })
  .readonly();

/** What weights must keep. Plain data: parsed once at the door, carried whole to the optimiser, stored as it is. */
export type Mandate = z.infer<typeof mandateSchema>;

export function withLimit(mandate: Mandate, limit: number): Mandate {
  return {
    ...mandate,
    risk: { ...mandate.risk, limit },
  };
}

export function withoutLimit({ risk: { alpha }, ...mandate }: Mandate): Mandate {
  return { ...mandate, risk: { alpha } };
}

/** Of a mandate that has one. @throws Error when it has none */
export function limitOf({ risk: { limit } }: Mandate): number {
  if (limit === undefined) throw new Error('expected a mandate with a limit');
  return limit;
}
