// Constraints on weights as plain data, and their translation to bounds and linear rows. To add a kind, write a file
// beside this one and list it in the schema (constraint.ts) and in RESTRICT.
import { UserError } from '../../errors.ts';
import { isIndex } from '../market.ts';
import type { Constraint, ConstraintByKind } from './constraint.ts';
import type { Restriction } from './kind.ts';
import { restrictLinear } from './linear.ts';
import { restrictMaxAssets } from './max-assets.ts';
import { restrictMaxWeight } from './max-weight.ts';
import { restrictMinWeight } from './min-weight.ts';
import { type Polytope, ROUNDING, sum } from './polytope.ts';
import { constraintError, constraintProblemOf, type ConstraintProblem } from './problem.ts';
import { positionsProblem } from './positions.ts';

export { type Constraint, constraintSchema, constraintsSchema } from './constraint.ts';

/** Translates a constraint for assets with these tickers. */
type Restrict<C> = (constraint: C, tickers: readonly string[]) => Restriction;

const RESTRICT: { readonly [K in keyof ConstraintByKind]: Restrict<ConstraintByKind[K]> } = {
  'max-weight': restrictMaxWeight,
  'min-weight': restrictMinWeight,
  linear: restrictLinear,
  'max-assets': restrictMaxAssets,
  // What these ask is no bound and no row, see `beyondBounds`.
  'min-position': () => ({}),
  'max-turnover': () => ({}),
  cost: () => ({}),
  behind: () => ({}),
};

/**
 * The long-only weights that meet all constraints. Of several bounds the tightest counts. An index is there to compare
 * with, and weighs nothing.
 * @throws UserError (see `constraintProblemOf`) when the bounds leave no weights. Whether the rows do, only a solver
 *   can tell (`startingWeights`)
 */
export function feasibleSet(constraints: readonly Constraint[], tickers: readonly string[]): Polytope {
  const bought = tickers.filter((ticker) => !isIndex(ticker));
  const { lower, upper, rows } = boughtSet(constraints, bought);
  if (bought.length === tickers.length) return { lower, upper, rows };
  const spread = (values: Float64Array): Float64Array =>
    Float64Array.from(tickers, (ticker) => (isIndex(ticker) ? 0 : values[bought.indexOf(ticker)]!));
  return {
    lower: spread(lower),
    upper: spread(upper),
    rows: rows.map((row) => ({ lower: row.lower, upper: row.upper, coefficients: spread(row.coefficients) })),
  };
}

function boughtSet(constraints: readonly Constraint[], tickers: readonly string[]): Polytope {
  const restrictions = restrictionsOf(constraints, tickers);
  const bounds = tickers.map((ticker, at) => tightestBounds(restrictions, ticker, at));
  for (const { problem } of restrictions) if (problem !== undefined) throw constraintError(problem);
  const lower = Float64Array.from(bounds, (bound) => bound.lower);
  const upper = Float64Array.from(bounds, (bound) => bound.upper);
  if (sum(lower) > 1 + ROUNDING || sum(upper) < 1 - ROUNDING) {
    throw constraintError({ code: 'constraints.contradict', data: { assets: tickers.length } });
  }
  const problem = positionsProblem(constraints, { lower, upper });
  if (problem !== undefined) throw constraintError(problem);
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

/** What each constraint asks of the weights of these assets, in their order. */
export const restrictionsOf = (constraints: readonly Constraint[], tickers: readonly string[]): NamedRestriction[] =>
  constraints.map((constraint) => restrictionOf(constraint.kind, constraint, tickers));

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
