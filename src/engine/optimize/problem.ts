// Pure: what the optimiser is asked, and within what its answers hold.
import type { Bounds, Matrix, RiskLimit } from '../types.ts';

export interface Problem {
  /** (M, n) returns over the horizon, all finite; n from 1. */
  readonly scenarios: Matrix;
  readonly limit: RiskLimit;
  readonly bounds: Bounds;
}

/** How far an answer's CVaR may exceed the limit. */
export const limitTolerance = 1e-7;

/** How far an answer may be from the best there is: in mean return, or in CVaR when it is the minimum. */
export const gapTolerance = 1e-7;

/**
 * A portfolio this close to the linear program's answer is that answer: by this much its CVaR may exceed
 * the limit, and by this much miss the minimum. A hundred times finer than what is promised.
 */
export const precision = 1e-9;
