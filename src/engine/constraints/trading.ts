import { z } from 'zod';
import { fraction } from './kind.ts';

/** ½ Σ|Δw| ≤ weight, from what is held; cash counts as an asset. Without holdings it restricts nothing. */
export const maxTurnoverSchema = z.object({ kind: z.literal('max-turnover'), weight: fraction }).readonly();

/** Of the money bought and sold, taken from the expected return. */
export const costSchema = z.object({ kind: z.literal('cost'), rate: fraction }).readonly();
