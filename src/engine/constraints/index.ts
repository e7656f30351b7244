// Constraints on weights as plain data, and their translation to bounds and linear rows. To add a kind, write a file
// beside this one and list it here, in the schema and in RESTRICT.
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { Restriction } from './kind.ts';
import { maxWeightSchema, restrictMaxWeight } from './max-weight.ts';
import { minWeightSchema, restrictMinWeight } from './min-weight.ts';
import { type Polytope, ROUNDING, sum } from './polytope.ts';
import { constraintError, constraintProblemOf, type ConstraintProblem } from './problem.ts';

export const constraintSchema = z.discriminatedUnion('kind', [maxWeightSchema, minWeightSchema]);

/** A constraint of any kind; `kind` names it. Weights are fractions. */
export type Constraint = z.infer<typeof constraintSchema>;

type ConstraintByKind = { readonly [C in Constraint as C['kind']]: C };

/** Translates a constraint for assets with these tickers. */
type Restrict<C> = (constraint: C, tickers: readonly string[]) => Restriction;

const RESTRICT: { readonly [K in keyof ConstraintByKind]: Restrict<ConstraintByKind[K]> } = {
  'max-weight': restrictMaxWeight,
  'min-weight': restrictMinWeight,
};

export const constraintsSchema = z.array(constraintSchema).readonly();

/**
 * The long-only weights that meet all constraints. Of several bounds the tightest counts.
 * @throws UserError (see `constraintProblemOf`) when the bounds leave no weights. Whether the rows do, only a solver
 *   can tell (`startingWeights`)
 */
export function feasibleSet(constraints: readonly Constraint[], tickers: readonly string[]): Polytope {
  const restrictions = constraints.map((constraint) => restrictionOf(constraint.kind, constraint, tickers));
  const bounds = tickers.map((ticker, at) => tightestBounds(restrictions, ticker, at));
  for (const { problem } of restrictions) if (problem !== undefined) throw constraintError(problem);
  const lower = Float64Array.from(bounds, (bound) => bound.lower);
  const upper = Float64Array.from(bounds, (bound) => bound.upper);
  if (sum(lower) > 1 + ROUNDING || sum(upper) < 1 - ROUNDING) {
    throw constraintError({ code: 'constraints.contradict', data: { assets: tickers.length } });
  }
  return { lower, upper, rows: restrictions.flatMap(({ rows = [] }) => rows) };
}

/** Why no weights of these assets meet the constraints; undefined when some may. */
export function constraintProblem(
  constraints: readonly Constraint[],
  tickers: readonly string[],
): ConstraintProblem | undefined {
  try {
    feasibleSet(constraints, tickers);
    return undefined;
  } catch (error) {
    const problem = error instanceof UserError ? constraintProblemOf(error) : undefined;
    if (problem === undefined) throw error;
    return problem;
  }
}

interface NamedRestriction extends Restriction {
  readonly kind: Constraint['kind'];
}

function restrictionOf<K extends Constraint['kind']>(
  kind: K,
  constraint: ConstraintByKind[K],
  tickers: readonly string[],
): NamedRestriction {
  return { ...RESTRICT[kind](constraint, tickers), kind };
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
