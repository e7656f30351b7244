import type { Contradiction } from '../constraints/contradiction.ts';
import { type Constraint, restrictionsOf } from '../constraints/index.ts';
import { boundOf, withBound } from '../constraints/loosen.ts';
import { constraintProblemOf } from '../constraints/problem.ts';
import { UserError } from '../../errors.ts';
import { isIndex } from '../market.ts';
import { type Conflict, findConflicts, type Loosening } from './conflicts.ts';
import { leastSlack } from './elastic.ts';
import { borrowHighs, returnHighs } from './highs.ts';

/** To what bounds are rounded, the first that mends it too: people type hundredths of a percent. */
const STEPS = [1e-4, 1e-6, 1e-9];
/** The share of a step by which a solver's figure may be beyond a round one. */
const FUZZ = 1e-3;

/**
 * Runs a check of constraints on these assets. An error of its that says why no weights meet them says also which
 * contradict each other, and what would mend them, in its data's `conflicts` (`contradictionsOf`).
 */
export async function explainContradictions<T>(
  constraints: readonly Constraint[],
  tickers: readonly string[],
  check: () => T | Promise<T>,
): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof UserError) || constraintProblemOf(error) === undefined) throw error;
    const { message, option, code, data } = error;
    const conflicts = await contradictionsIn(constraints, tickers);
    throw new UserError(message, { option, code, data: { ...data, conflicts }, cause: error });
  }
}

/** Those that share no constraint; none when the constraints can be met. */
export async function contradictionsIn(
  constraints: readonly Constraint[],
  tickers: readonly string[],
): Promise<Contradiction[]> {
  const bought = tickers.filter((ticker) => !isIndex(ticker));
  const { length: assets } = bought;
  const highs = await borrowHighs();
  const conflicts = findConflicts(restrictionsOf(constraints, bought), assets, highs);
  const found = conflicts.map((conflict) => {
    const others = new Set(conflicts.filter((one) => one !== conflict).flatMap(({ members }) => members));
    const mends = (changed: readonly Constraint[]): boolean => {
      const kept = changed.filter((_, at) => !others.has(at));
      return leastSlack({ assets, restrictions: restrictionsOf(kept, bought) }, highs)?.isMet === true;
    };
    return contradictionOf(conflict, constraints, mends);
  });
  returnHighs(highs);
  return found;
}

/** @param mends whether all constraints but those of other conflicts can be met */
function contradictionOf(
  { members, given, mends: loosenings }: Conflict,
  constraints: readonly Constraint[],
  mends: (constraints: readonly Constraint[]) => boolean,
): Contradiction {
  return {
    constraints: members.map((at) => constraints[at]!),
    given,
    mend: loosenings.flatMap((loosening) => {
      const { at } = loosening;
      const to = roundedOutward(constraints[at]!, loosening).find((mended) => mends(constraints.with(at, mended)));
      return to === undefined ? [] : [{ constraint: constraints[at]!, to }];
    }),
  };
}

/** The constraint with the bound that mends it, rounded outward, the roundest first. */
function roundedOutward(constraint: Constraint, { up, down }: Loosening): Constraint[] {
  const bound = boundOf(constraint);
  return STEPS.map((step) => {
    const steps = (bound + up - down) / step;
    const rounded = up > 0 ? Math.ceil(steps - FUZZ) : Math.floor(steps + FUZZ);
    return withBound(constraint, Number((rounded * step).toFixed(9)));
  });
}
