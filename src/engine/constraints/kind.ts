import { z } from 'zod';
import type { LinearRow } from './polytope.ts';
import type { ConstraintProblem } from './problem.ts';

export const fraction = z.number().min(0).max(1);

/** One constraint on the weights of n assets. Absent parts restrict nothing. */
export interface Restriction {
  /** (n) */
  readonly lower?: Float64Array;
  /** (n) */
  readonly upper?: Float64Array;
  readonly rows?: readonly LinearRow[];
  /** Why no weights of these assets can meet the constraint, even without the others. */
  readonly problem?: ConstraintProblem;
}

export interface ConstraintKind<C> {
  readonly schema: z.ZodType<C>;
  /** @returns undefined for a constraint of another kind */
  readonly restrictionOf: (constraint: unknown, tickers: readonly string[]) => Restriction | undefined;
}

/** @param restrict translates a constraint of this kind for assets with these tickers */
export function defineKind<C>(
  schema: z.ZodType<C>,
  restrict: (constraint: C, tickers: readonly string[]) => Restriction,
): ConstraintKind<C> {
  return {
    schema,
    restrictionOf(constraint, tickers) {
      const parsed = schema.safeParse(constraint);
      return parsed.success ? restrict(parsed.data, tickers) : undefined;
    },
  };
}
