import { z } from 'zod';

/** The CVaR of falling behind a benchmark, an index or an asset, is at most `limit`. */
export const behindSchema = z
  .object({
    kind: z.literal('behind'),
    /** Its ticker. */
    benchmark: z.string(),
    limit: z.number().positive(),
    /** The constraint in the words it was given in. */
    text: z.string(),
  })
  .readonly();
