import { z } from 'zod';

/** Units of an asset, or money. */
export const LARGEST_HELD = 1e12;

const positive = z.number().positive().max(LARGEST_HELD);

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
