import type { Mandate } from '../mandate.ts';
import { LIMIT_TOLERANCE } from '../optimize/problem.ts';
import type { Portfolio } from '../types.ts';

/** Without a limit there is nothing to break. */
export const keepsLimit = ({ cvar }: Portfolio, { risk }: Mandate): boolean =>
  risk.limit === undefined || cvar <= risk.limit + LIMIT_TOLERANCE;
