import { z } from 'zod';
import type { LinearRow } from './polytope.ts';
import type { ConstraintProblem } from './problem.ts';

export const fraction = z.number().min(0).max(1);

/** How far a bound on each of n assets may miss 1/n and still mean it: people write 0.142857 for a seventh. */
export const TYPING = 1e-6;

/** One constraint on the weights of n assets. Absent parts restrict nothing. */
export interface Restriction {
  /** (n) */
  readonly lower?: Float64Array;
  /** (n) */
  readonly upper?: Float64Array;
  readonly rows?: readonly LinearRow[];
  /** The most weights above 0. */
  readonly most?: number;
  /** The smallest weight above 0. */
  readonly least?: number;
  /** The most that may be bought of what is not held. */
  readonly turnover?: number;
  /** The largest CVaR of falling behind the benchmark. */
  readonly behind?: number;
  /** Why no weights of these assets can meet the constraint, even without the others. */
  readonly problem?: ConstraintProblem;
}
