import { z } from 'zod';
import type { LinearRow } from './polytope.ts';
import type { ConstraintProblem } from './problem.ts';

export const fraction = z.number().min(0).max(1);

/** What one constraint asks of the weights of n assets. What is absent is not restricted. */
export interface Restriction {
  /** (n) */
  readonly lower?: Float64Array;
  /** (n) */
  readonly upper?: Float64Array;
  readonly rows?: readonly LinearRow[];
  /** Why no weights of these assets meet the constraint, whatever the others are. */
  readonly problem?: ConstraintProblem;
}

export interface ConstraintKind<C> {
  readonly schema: z.ZodType<C>;
  /** Undefined for a constraint of another kind. */
  readonly restrictionOf: (constraint: unknown, tickers: readonly string[]) => Restriction | undefined;
}

/** @param restrict what a constraint of this kind asks of assets with these tickers */
export const defineKind = <C>(
  schema: z.ZodType<C>,
  restrict: (constraint: C, tickers: readonly string[]) => Restriction,
): ConstraintKind<C> => ({
  schema,
  restrictionOf(constraint, tickers) {
    const parsed = schema.safeParse(constraint);
    return parsed.success ? restrict(parsed.data, tickers) : undefined;
  },
});
