import type { Highs } from 'highs';
import { behindOf, heldOver, type HeldWeights, tradesAndPositions } from '../constraints/beyond-bounds.ts';
import type { Contradiction } from '../constraints/contradiction.ts';
import { familiesOf } from '../constraints/families.ts';
import { type Constraint, feasibleSet, restrictionsOf } from '../constraints/index.ts';
import type { Restriction } from '../constraints/kind.ts';
import { boundOf, withBound } from '../constraints/loosen.ts';
import { isConstraintError, isUndecided } from '../constraints/problem.ts';
import { UserError } from '../../errors.ts';
import { isIndex } from '../market.ts';
import type { Matrix } from '../types.ts';
import { CutsBehind, scenariosBehind } from './behind.ts';
import { type Conflict, findConflicts, type Loosening } from './conflicts.ts';
import { leastSlack } from './elastic.ts';
import type { ElasticProblem, Terms } from './elastic-program.ts';
import { withHighs } from './loan.ts';
import { LIMIT_TOLERANCE } from './problem.ts';
import { assertFeasible } from './starting-weights.ts';

/** To what bounds are rounded, the first that mends it too: people type hundredths of a percent. */
const STEPS = [1e-4, 1e-6, 1e-9];
/** Larger changes, as shares of the smallest. */
const BEYOND = [1.01, 1.02, 1.04, 1.07, 1.1, 1.2, 1.5];
/** The share of a step by which a solver's figure may be beyond a round one. */
const FUZZ = 1e-3;

/** Constraints, and what they are about. */
export interface AskedConstraints {
  readonly constraints: readonly Constraint[];
  readonly tickers: readonly string[];
  /** Absent: nothing to trade from, so that limits on trades restrict nothing. */
  readonly held?: HeldWeights;
  /**
   * (M, n) with the confidence of the CVaR, and by how much a limit on falling behind must exceed it; absent: such
   * limits restrict nothing.
   */
  readonly market?: {
    readonly scenarios: Matrix;
    readonly alpha: number;
    readonly factor?: number;
    /** The limit on falling behind that weights (n) keep, where they are priced on other scenarios. */
    readonly price?: ((weights: readonly number[]) => number) | undefined;
  };
}

/**
 * Runs a check of constraints. An error of its that says why no weights meet them says also which contradict each other,
 * and what would mend them, in its data's `conflicts` (`contradictionsOf`), unless that takes more than the work allowed.
 */
export async function explainContradictions<T>(asked: AskedConstraints, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!isConstraintError(error)) throw error;
    const { message, option, code, data } = error;
    const factor = typeof data?.['factor'] === 'number' ? data['factor'] : 1;
    const conflicts = await conflictsWithin({
      ...asked,
      ...(asked.market && { market: { ...asked.market, factor } }),
    });
    if (conflicts === undefined) throw error;
    throw new UserError(message, { option, code, data: { ...data, conflicts }, cause: error });
  }
}

/**
 * Checks constraints before anything is computed for them.
 * @throws UserError, with what contradicts (`contradictionsOf`), when no split of these assets meets them. Whether one
 *   falls behind little enough, only scenarios tell
 */
export const checkFeasible = (asked: Omit<AskedConstraints, 'market'>): Promise<void> =>
  explainContradictions(asked, () => {
    const { constraints, tickers, held } = asked;
    return assertFeasible(feasibleSet(constraints, tickers), tradesAndPositions(constraints, tickers, held));
  });

/** @returns undefined where they were not found within the work allowed */
async function conflictsWithin(asked: AskedConstraints): Promise<Contradiction[] | undefined> {
  try {
    return await contradictionsIn(asked);
  } catch (error) {
    if (isUndecided(error)) return undefined;
    throw error;
  }
}

/**
 * Those that share no constraint; none when the constraints can be met.
 * @throws UserError (`isUndecided`) when that takes more than the work allowed
 */
export async function contradictionsIn(asked: AskedConstraints): Promise<Contradiction[]> {
  const { constraints } = asked;
  const bought = asked.tickers.filter((ticker) => !isIndex(ticker));
  const terms = termsOf(asked, bought);
  const families = familiesOf(constraints);
  return withHighs((highs) => {
    const restrictions = restrictionsOf(constraints, bought);
    const conflicts = findConflicts(
      families.map((family) => asOne(family.map((at) => restrictions[at]!))),
      terms,
      highs,
    );
    return conflicts.map((conflict) => {
      const others = new Set(
        conflicts.flatMap((one) => (one === conflict ? [] : one.members.flatMap((member) => families[member]!))),
      );
      const mends = (changed: readonly Constraint[]): boolean => {
        const kept = changed.filter((_, at) => !others.has(at));
        const problem = { ...terms, restrictions: restrictionsOf(kept, bought) };
        return leastSlack(problem, highs, true)?.isMet === true && keepsUp(asked, problem, highs);
      };
      return contradictionOf(conflict, { constraints, families, mends });
    });
  });
}

/** What a family asks, with one slack for all of it. */
const asOne = (family: readonly Restriction[]): Restriction =>
  family.length === 1 ? family[0]! : { rows: family.flatMap(({ rows = [] }) => rows) };

/** Whether what falls behind least keeps the limit as it is priced. */
function keepsUp({ tickers, market }: AskedConstraints, problem: ElasticProblem, highs: Highs): boolean {
  const { restrictions, cuts } = problem;
  const limits = restrictions.flatMap(({ behind }, at) => (behind === undefined ? [] : [{ behind, at }]));
  if (market?.price === undefined || cuts === undefined || limits.length === 0) return true;
  const lowered = restrictions.map((one) => (one.behind === undefined ? one : asLowAsCanBe(one)));
  const [first] = limits;
  const found = leastSlack({ ...problem, restrictions: lowered, elastic: limits.map(({ at }) => at) }, highs);
  if (found === undefined || first === undefined) return false;
  const weights = [...found.weights];
  const all = tickers.map((ticker) => (isIndex(ticker) ? 0 : weights.shift()!));
  return market.price(all) <= Math.min(...limits.map(({ behind }) => behind)) + LIMIT_TOLERANCE;
}

/** So low that all of it is slack. */
const asLowAsCanBe = (one: Restriction): Restriction => ({ ...one, behind: -1 });

function termsOf({ constraints, tickers, held, market }: AskedConstraints, bought: readonly string[]): Terms {
  const behind = market && behindOf(constraints, tickers, market.scenarios);
  const { scenarios } = (market && behind && scenariosBehind(market.scenarios, behind)) ?? {};
  const columns = [...tickers.keys()].filter((at) => !isIndex(tickers[at]!));
  return {
    assets: bought.length,
    held: held && heldOver(bought, held),
    cuts: scenarios && market && new CutsBehind(columnsOf(scenarios, columns), market.alpha, market.factor),
  };
}

function columnsOf({ rows, cols, data }: Matrix, columns: readonly number[]): Matrix {
  if (columns.length === cols) return { rows, cols, data };
  const kept = new Float64Array(rows * columns.length);
  for (let row = 0, to = 0; row < rows; row++) for (const col of columns) kept[to++] = data[row * cols + col]!;
  return { rows, cols: columns.length, data: kept };
}

interface Families {
  readonly constraints: readonly Constraint[];
  /** The indices of each family, which is one restriction. */
  readonly families: readonly (readonly number[])[];
  /** Whether all constraints but those of other conflicts can be met. */
  readonly mends: (constraints: readonly Constraint[]) => boolean;
}

function contradictionOf(
  { members, given, mends: loosenings }: Conflict,
  { constraints, families, mends }: Families,
): Contradiction {
  return {
    constraints: members.flatMap((member) => families[member]!.map((at) => constraints[at]!)),
    given,
    mend: loosenings.flatMap((loosening) => {
      const family = families[loosening.at]!;
      const changed = roundedOutward(
        family.map((at) => constraints[at]!),
        loosening,
      ).find((tried) => mends(constraints.map((one, at) => tried[family.indexOf(at)] ?? one)));
      if (changed === undefined) return [];
      const [first, ...alike] = changed.map((to, k) => ({ constraint: constraints[family[k]!]!, to }));
      return [{ ...first!, ...(alike.length > 0 && { alike }) }];
    }),
  };
}

/**
 * The family with the bound that mends it, rounded outward, the roundest first, and then beyond: what falls behind
 * least may be priced higher than the rest of the mandate lets expect.
 */
function roundedOutward(family: readonly Constraint[], { up, down }: Loosening): Constraint[][] {
  const bound = boundOf(family[0]!);
  const tries = [...STEPS.map((step) => ({ step, share: 1 })), ...BEYOND.map((share) => ({ step: STEPS[0]!, share }))];
  return tries.map(({ step, share }) => {
    const steps = (bound + share * (up - down)) / step;
    const rounded = up > 0 ? Math.ceil(steps - FUZZ) : Math.floor(steps + FUZZ);
    return family.map((constraint) => withBound(constraint, Number((rounded * step).toFixed(9))));
  });
}
