import { z } from 'zod';
import { fraction } from './kind.ts';

/** Each weight is 0 or at least this. */
export const minPositionSchema = z.object({ kind: z.literal('min-position'), weight: fraction }).readonly();
