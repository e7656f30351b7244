import { z } from 'zod';
import { fraction } from './kind.ts';

/** A threshold constraint: each weight is semi-continuous, 0 or at least this. */
export const minPositionSchema = z.object({ kind: z.literal('min-position'), weight: fraction }).readonly();
