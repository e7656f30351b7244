import { z } from 'zod';
import type { Restriction } from './kind.ts';

/** At most so many weights above 0. */
export const maxAssetsSchema = z.object({ kind: z.literal('max-assets'), count: z.int().min(0) }).readonly();

export function restrictMaxAssets({ count }: z.infer<typeof maxAssetsSchema>): Restriction {
  return { most: count, ...(count === 0 && { problem: 'constraints.max-assets-too-few' }) };
}
