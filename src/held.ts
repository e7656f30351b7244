import { z } from 'zod';

const positive = z.number().positive().max(1e12);

/** What a person holds, as they gave it. Plain data, also the form in which it is stored. */
export const heldSchema = z
  .strictObject({
    /** Each ticker once. */
    positions: z.array(z.strictObject({ ticker: z.string(), units: positive }).readonly()).readonly(),
    /** Each currency once: ISO 4217; absent: that of the prices. */
    cash: z.array(z.strictObject({ amount: positive, currency: z.string().exactOptional() }).readonly()).readonly(),
  })
  .readonly();

export type Held = z.infer<typeof heldSchema>;
