// Constraints on weights as plain data, and their translation to bounds and linear rows. To add a kind, write a file
// beside this one and list it in the schema (constraint.ts) and in RESTRICT.
import { isIndex } from '../market.ts';
import type { Constraint, ConstraintByKind } from './constraint.ts';
import type { Restriction } from './kind.ts';
import { restrictLinear } from './linear.ts';
import { restrictMaxAssets } from './max-assets.ts';
import { restrictMaxWeight } from './max-weight.ts';
import { restrictMinWeight } from './min-weight.ts';
import { type Polytope, ROUNDING, sum } from './polytope.ts';
import { constraintError, isConstraintError } from './problem.ts';
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
  'min-position': ({ weight }) => ({ least: weight }),
  'max-turnover': ({ weight }) => ({ turnover: weight }),
  behind: ({ limit }) => ({ behind: limit }),
  cost: () => ({}),
};

/**
 * The long-only weights that meet all constraints. Of several bounds the tightest counts. An index is there to compare
 * with, and weighs nothing.
 * @throws UserError (see `isConstraintError`) when the bounds leave no weights. Whether the rows do, only a solver
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
  const bounds = tickers.map((_, at) => tightestBounds(restrictions, at));
  for (const { problem } of restrictions) if (problem !== undefined) throw constraintError(problem);
  const lower = Float64Array.from(bounds, (bound) => bound.lower);
  const upper = Float64Array.from(bounds, (bound) => bound.upper);
  if (sum(lower) > 1 + ROUNDING || sum(upper) < 1 - ROUNDING) {
    throw constraintError('constraints.contradict');
  }
  const problem = positionsProblem(constraints, { lower, upper });
  if (problem !== undefined) throw constraintError(problem);
  return { lower, upper, rows: restrictions.flatMap(({ rows = [] }) => rows) };
}

/** Whether some weights of these assets may meet the constraints: the bounds leave some. */
export function mayBeMet(constraints: readonly Constraint[], tickers: readonly string[]): boolean {
  try {
    feasibleSet(constraints, tickers);
    return true;
  } catch (error) {
    if (isConstraintError(error)) return false;
    throw error;
  }
}

/** What each constraint asks of the weights of these assets, in their order. */
export const restrictionsOf = (constraints: readonly Constraint[], tickers: readonly string[]): Restriction[] =>
  constraints.map((constraint) => restrictionOf(constraint.kind, constraint, tickers));

const restrictionOf = <K extends Constraint['kind']>(
  kind: K,
  constraint: ConstraintByKind[K],
  tickers: readonly string[],
): Restriction => RESTRICT[kind](constraint, tickers);

/** The bounds of the asset with index `at`. @throws UserError when they cross */
function tightestBounds(restrictions: readonly Restriction[], at: number) {
  const lower = Math.max(0, ...restrictions.map((one) => one.lower?.[at] ?? 0));
  const upper = Math.min(1, ...restrictions.map((one) => one.upper?.[at] ?? 1));
  if (lower <= upper) return { lower, upper };
  throw constraintError('constraints.bounds-cross');
}
