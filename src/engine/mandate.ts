import { z } from 'zod';
import { constraintsSchema } from './constraints/index.ts';

export const mandateSchema = z
  .strictObject({
    /** H, trading days. */
    horizonDays: z.number(),
    /** Constraints on the weights, beyond long-only and fully invested. */
    constraints: constraintsSchema,
    /** What is held already: fractions of all money by ticker, the rest is cash; absent: nothing to trade from. */
    held: z.record(z.string(), z.number().min(0)).readonly().exactOptional(),
    risk: z
      .strictObject({
        /** The confidence. With 0.95, the CVaR averages the worst 5 % of cases. */
        alpha: z.number(),
        /**
         * The largest CVaR over the horizon, a positive fraction of the money; absent: risk is measured, not limited.
         */
        limit: z.number().exactOptional(),
      })
      .readonly(),
  })
  .readonly();

/**
 * What a portfolio must meet. Plain data: parsed once from the request, passed unchanged to the optimiser and the
 * store.
 */
export type Mandate = z.infer<typeof mandateSchema>;

/** Mandates that differ only in their limits. */
export type Mandates = readonly [Mandate, ...Mandate[]];

export function withLimit(mandate: Mandate, limit: number): Mandate {
  return {
    ...mandate,
    risk: { ...mandate.risk, limit },
  };
}

export function withoutLimit({ risk: { alpha }, ...mandate }: Mandate): Mandate {
  return { ...mandate, risk: { alpha } };
}

/** @throws Error when the mandate has no limit */
export function limitOf({ risk: { limit } }: Mandate): number {
  if (limit === undefined) throw new Error('expected a mandate with a limit');
  return limit;
}
