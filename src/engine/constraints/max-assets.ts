import { z } from 'zod';
import type { Restriction } from './kind.ts';

/** At most so many weights above 0. */
export const maxAssetsSchema = z.object({ kind: z.literal('max-assets'), count: z.int().min(0) }).readonly();

export function restrictMaxAssets({ count }: z.infer<typeof maxAssetsSchema>): Restriction {
  if (count > 0) return { most: count };
  return { most: count, problem: { code: 'constraints.max-assets-too-few', data: { count, enough: 1 } } };
}
