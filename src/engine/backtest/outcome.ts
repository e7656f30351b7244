// Pure: how a decision turned out.
import type { Decision } from './types.ts';

/** Whether the loss went beyond the value-at-risk of a decision that could keep its limit. */
export const isBroken = ({ status, realised, valueAtRisk }: Decision): boolean =>
  status === 'optimal' && valueAtRisk !== undefined && -realised > valueAtRisk;
