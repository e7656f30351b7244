// How far weights must leave constraints, as a linear or mixed-integer program. docs/mathematics.md, section 19.
import type { Highs, Model } from 'highs';
import { ROUNDING } from '../constraints/polytope.ts';
import {
  type ElasticProblem,
  type ElasticRow,
  programOf,
  rowsOf,
  type Structure,
  structureOf,
} from './elastic-program.ts';
import { LIMIT_TOLERANCE } from './problem.ts';
import { SOLVER_OPTIONS } from './program.ts';

/** How far a restriction is left: all its upper ends are raised by `up`, all its lower ends lowered by `down`. */
export interface Slack {
  readonly up: number;
  readonly down: number;
}

export interface Elastic {
  /** (n) */
  readonly weights: Float64Array;
  /** For each restriction; 0 where it is kept. */
  readonly slacks: readonly Slack[];
  /** Whether weights were found that meet all restrictions, apart from rounding. */
  readonly isMet: boolean;
  /** The restrictions whose rows have dual values. Where not all are met, these alone cannot be. None of integers. */
  readonly support: readonly number[];
}

/** How far a limit on falling behind may be exceeded: a hundredth of what people type. */
const NEAR = 10 * LIMIT_TOLERANCE;
/** More hardly change what is found. */
const MOST_ROUNDS = 300;
/** An optimum of integers is one up to rounding too. */
const MIXED_OPTIONS = {
  solver: 'choose',
  presolve: 'on',
  mip_feasibility_tolerance: 1e-10,
  mip_rel_gap: 0,
  mip_abs_gap: 1e-10,
};

/**
 * The least sum of slacks,
 *
 *     min Σ_i (up_i + down_i)  subject to  lower − down_i ≤ a·w ≤ upper + up_i  for each row of restriction i
 *
 * The rows of a limit on falling behind are cuts (Kelley 1960), added until the limit is kept: first without integers,
 * which takes less time.
 *
 * @param stopsWhenLeft whether what is left for certain, by how much or how little, is enough to know
 * @returns undefined where the restrictions that are not elastic cannot be met
 */
export function leastSlack(problem: ElasticProblem, highs: Highs, stopsWhenLeft = false): Elastic | undefined {
  const { cuts, restrictions } = problem;
  const structure = structureOf(problem);
  let isWhole = !structure.isSparse || cuts === undefined;
  for (let round = 1; ; round++) {
    const solved = solve(problem, { ...structure, isWhole: isWhole && structure.isSparse }, highs);
    if (solved === undefined) return undefined;
    const { weights, slacks, isMet } = solved;
    if (stopsWhenLeft && !isMet) return solved;
    const limits = restrictions.flatMap(({ behind }, at) => (behind === undefined ? [] : [behind + slacks[at]!.up]));
    const limit = Math.min(Infinity, ...limits) + NEAR;
    const isLimited = cuts !== undefined && limit < Infinity && round < MOST_ROUNDS;
    if (isLimited && cuts.cutAbove(limit, weights) > limit) continue;
    if (isWhole) return solved;
    isWhole = true;
  }
}

/** @param isWhole whether what says which assets are held must be 0 or 1 */
function solve(
  problem: ElasticProblem,
  { isWhole, ...structure }: Structure & { readonly isWhole: boolean },
  highs: Highs,
): Elastic | undefined {
  const { assets, restrictions } = problem;
  const { modelStatus } = highs.constants;
  const rows = restrictions.flatMap((restriction, owner) => rowsOf(restriction, owner, problem));
  return highs.withModel(programOf(problem, structure, rows), (model) => {
    model.options.set(SOLVER_OPTIONS);
    if (isWhole) makeWhole(model, assets, highs);
    model.run();
    const status = model.getModelStatus();
    if (status === modelStatus.infeasible) return undefined;
    if (status !== modelStatus.optimal) throw new Error(`HiGHS stopped with model status ${status}`);
    const { colValue, rowDual } = model.getSolution();
    const hasDual = (at: number): boolean => !structure.isSparse && Math.abs(rowDual[at]!) > ROUNDING;
    const support = new Set(rows.flatMap(({ owner }, at) => (owner !== undefined && hasDual(at) ? [owner] : [])));
    const slackAt = (at: number): number => colValue[structure.firstSlack + at]!;
    return {
      weights: colValue.slice(0, assets),
      slacks: restrictions.map((_, at) => ({ up: slackAt(2 * at), down: slackAt(2 * at + 1) })),
      isMet: rows.every((row) => excess(row, colValue) <= ROUNDING),
      support: [...support].sort((a, b) => a - b),
    };
  });
}

/** The columns that say what is held are 0 or 1. */
function makeWhole(model: Model, assets: number, { constants }: Highs): void {
  model.options.set(MIXED_OPTIONS);
  for (let at = assets; at < 2 * assets; at++) model.changeColIntegrality(at, constants.variableType.integer);
}

function excess({ isUpper, end, cols, values }: ElasticRow, columns: Float64Array): number {
  const activity = cols.reduce((total, col, at) => total + values[at]! * columns[col]!, 0);
  return isUpper ? activity - end : end - activity;
}
