// Constraints on weights as plain data, and their translation to bounds and linear rows. To add a kind, write a file
// beside this one and list it in KINDS.
import { z } from 'zod';
import type { ConstraintKind, Restriction } from './kind.ts';
import { maxWeight } from './max-weight.ts';
import { minWeight } from './min-weight.ts';
import { type Polytope, ROUNDING, sum } from './polytope.ts';
import { constraintError } from './problem.ts';

const KINDS = [maxWeight, minWeight];

/** A constraint of any kind; `kind` names it. Weights are fractions. */
export type Constraint = (typeof KINDS)[number] extends ConstraintKind<infer C> ? C : never;

export const constraintSchema: z.ZodType<Constraint> = z.union(KINDS.map(({ schema }) => schema));
export const constraintsSchema = z.array(constraintSchema).readonly();

/**
 * The long-only weights that meet all constraints. Of several bounds the tightest counts.
 * @throws UserError (see `constraintProblemOf`) when the bounds leave no weights. Whether the rows do, only a solver
 *   can tell (`startingWeights`)
 * @throws Error when a constraint is of an unknown kind
 */
export function feasibleSet(constraints: readonly Constraint[], tickers: readonly string[]): Polytope {
  const restrictions = constraints.map((constraint) => restrictionOf(constraint, tickers));
  const bounds = tickers.map((ticker, at) => tightestBounds(restrictions, ticker, at));
  for (const { problem } of restrictions) if (problem !== undefined) throw constraintError(problem);
  const lower = Float64Array.from(bounds, (bound) => bound.lower);
  const upper = Float64Array.from(bounds, (bound) => bound.upper);
  if (sum(lower) > 1 + ROUNDING || sum(upper) < 1 - ROUNDING) {
    throw constraintError({ code: 'constraints.contradict', data: { assets: tickers.length } });
  }
  return { lower, upper, rows: restrictions.flatMap(({ rows = [] }) => rows) };
}

interface NamedRestriction extends Restriction {
  readonly kind: Constraint['kind'];
}

function restrictionOf(constraint: Constraint, tickers: readonly string[]): NamedRestriction {
  for (const kind of KINDS) {
    const restriction = kind.restrictionOf(constraint, tickers);
    if (restriction !== undefined) return { ...restriction, kind: constraint.kind };
  }
  throw new Error(`expected a constraint, got ${JSON.stringify(constraint)}`);
}

/** The bounds of the asset with index `at`. @throws UserError when they cross */
function tightestBounds(restrictions: readonly NamedRestriction[], ticker: string, at: number) {
  let lower = { kind: '', weight: 0 };
  let upper = { kind: '', weight: 1 };
  for (const { kind, ...restriction } of restrictions) {
    const [least = 0, most = 1] = [restriction.lower?.[at], restriction.upper?.[at]];
    if (least > lower.weight) lower = { kind, weight: least };
    if (most < upper.weight) upper = { kind, weight: most };
  }
  if (lower.weight <= upper.weight) return { lower: lower.weight, upper: upper.weight };
  throw constraintError({ code: 'constraints.bounds-cross', data: { ticker, lower, upper } });
}
