import { excessBehind } from './behind.ts';
import { type Evaluation, type Evaluator, slope } from './evaluator.ts';
import { type Behind, LIMIT_TOLERANCE } from './problem.ts';
import type { Family } from './master-parts.ts';
import { exposureOf, type Relaxation } from './relaxation.ts';

export interface SearchResult {
  readonly found: Evaluation;
  /** A certified lower bound on the objective of every portfolio that the program allows. */
  readonly bound: number;
}

/** How far from the incumbent a weight may go at first. */
const REACH = 0.15;
/** A line search that ends this near to the incumbent shrinks the reach, one that ends this far from it widens it. */
const SHORT = 0.3;
const LONG = 0.7;
const SHRINK = 0.4;
const WIDEN = 2.5;
/** From this gap on cuts have explicit scenarios, for returns near 1. */
const NEAR_GAP = 3e-4;
/**
 * From this gap on cuts are taken at the master's solution itself, so that the search ends exactly, at a vertex. The
 * same holds when the last cut did not change that solution.
 */
const SMALL_GAP = 1e-5;
/** A solution that breaks the benchmark's limit by less gets cuts itself, for returns near 1. */
const NEAR_EXCESS = 1e-3;
/** An incumbent is not moved by less: its figures would cost more than they bring. */
const LEAST_SHARE = 0.05;
const MAX_ITERATIONS = 20_000;

/**
 * Finds the least CVaR by Kelley's cutting planes (1960), stabilised. With w° the best portfolio so far (the incumbent)
 * and w⁺ the master's solution, whose objective is a lower bound:
 *
 * - The next cut is taken where the CVaR is least between w° and w⁺, by one secant step.
 * - Weights stay within a reach of w° that adapts to how far the line search goes (Marsten, Hogan & Blankenship 1975).
 *   A result needs a solution without it.
 * - Cuts have explicit scenarios only near the optimum, because far from it the next portfolio has another tail.
 * - A limit against a benchmark is kept by cuts too. Where w⁺ breaks it, the incumbent moves only as far as the limit
 *   surely allows, because that CVaR is convex as well.
 */
export class Search {
  readonly #evaluator: Evaluator;
  readonly #relaxation: Relaxation;
  readonly #precision: number;
  readonly #behind: Behind | undefined;

  /** @param precision the gap at which a search ends, for returns near 1 @param behind a limit to keep */
  constructor(evaluator: Evaluator, relaxation: Relaxation, precision: number, behind?: Behind) {
    this.#evaluator = evaluator;
    this.#relaxation = relaxation;
    this.#precision = precision;
    this.#behind = behind;
  }

  /**
   * @param start allowed by the program, which minimises the risk and has at least one cut
   * @throws Error when the search does not converge
   */
  run(start: Evaluation): SearchResult {
    const { master } = this.#relaxation;
    // Tolerances scale with small returns.
    const fine = this.#precision * master.unit;
    let incumbent = start;
    let reach = REACH;
    let before: { readonly weights: Float64Array; readonly isCutAtSolution: boolean } | undefined;
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      const isFree = reach >= 1;
      if (isFree) master.release();
      else master.restrict(incumbent.weights, reach);
      const { weights, objective } = master.solve();
      const solution = this.#evaluator.evaluate(weights);
      const gap = incumbent.cvar - objective;
      const isSame = before !== undefined && areSame(before.weights, weights);
      // The solution comes back in spite of a cut at itself, so floating point allows no more progress.
      const isSettled = isSame && before!.isCutAtSolution;
      const tolerance = isSettled ? LIMIT_TOLERANCE / 2 : fine;
      const excess = excessBehind(solution, this.#behind);
      const isAllowed = excess <= tolerance;
      const isOptimal = isAllowed && solution.cvar <= objective + tolerance;
      if (isOptimal || isSettled || gap <= fine / 10) {
        const best = isOptimal || (isAllowed && solution.cvar < incumbent.cvar) ? solution : incumbent;
        if (isFree) return this.#certified(best);
        reach = 1;
        incumbent = best;
        continue;
      }
      if (!isAllowed) {
        const isCutAtSolution = isSame || excess < NEAR_EXCESS * master.unit;
        incumbent = this.#backWithin({ incumbent, start, solution, excess, isCutAtSolution });
        before = { weights, isCutAtSolution };
        continue;
      }
      const isCutAtSolution = isSame || gap < SMALL_GAP * master.unit;
      const share = isCutAtSolution ? 1 : this.#leastRiskBetween(incumbent, solution);
      const next = share === 1 ? solution : this.#evaluator.between(incumbent, solution, share);
      const isNear = gap < NEAR_GAP * master.unit;
      if (isNear) this.#relaxation.addExplicit(next);
      else this.#relaxation.addPlain(next);
      const [better, worse] = next.cvar < incumbent.cvar ? [next, incumbent] : [incumbent, next];
      // `next` may be the solution itself: an array that is taken back twice would be used by two evaluations.
      this.#evaluator.release(...[...new Set([worse, solution])].filter((one) => one !== start && one !== better));
      incumbent = better;
      if (isNear) reach = 1;
      else if (share < SHORT) reach *= SHRINK;
      else if (share > LONG) reach *= WIDEN;
      before = { weights, isCutAtSolution };
    }
    throw new Error(`no optimum after ${MAX_ITERATIONS} cuts`);
  }

  /** Adds a cut that excludes a solution which breaks the benchmark's limit. @returns the next incumbent */
  #backWithin({ incumbent, start, solution, excess, isCutAtSolution }: Broken): Evaluation {
    const keeps = -excessBehind(incumbent, this.#behind);
    const share = Math.min(keeps / (keeps + excess), this.#leastRiskBetween(incumbent, solution));
    const next = share >= LEAST_SHARE ? this.#evaluator.between(incumbent, solution, share) : undefined;
    if (isCutAtSolution) {
      this.#relaxation.addExplicit(solution, 'behind');
      this.#relaxation.addExplicit(solution);
    } else {
      const back = crossingShare(excess, incumbent, solution, 'behind');
      const crossing = this.#evaluator.between(incumbent, solution, back);
      this.#relaxation.addPlain(crossing, 'behind');
      this.#evaluator.release(crossing);
      if (next !== undefined) this.#relaxation.addPlain(next);
    }
    const isBetter = next !== undefined && next.cvar < incumbent.cvar;
    const unused = [solution, ...(next !== undefined && !isBetter ? [next] : isBetter ? [incumbent] : [])];
    this.#evaluator.release(...unused.filter((one) => one !== start));
    return isBetter ? next : incumbent;
  }

  /** The share of the way from a to b where the secant of the CVaR's slopes is 0. */
  #leastRiskBetween(a: Evaluation, b: Evaluation): number {
    const [first, last] = [slope(a, a, b), slope(b, a, b)];
    return last <= 0 ? 1 : Math.min(Math.max(-first / (last - first), 0.05), 0.95);
  }

  #certified({ weights }: Evaluation): SearchResult {
    // Once more, because an evaluation in between has rounding errors.
    return { found: this.#evaluator.evaluate(weights), bound: this.#relaxation.master.bound() };
  }
}

interface Broken {
  readonly incumbent: Evaluation;
  readonly start: Evaluation;
  readonly solution: Evaluation;
  /** Of the solution over the benchmark's limit. */
  readonly excess: number;
  readonly isCutAtSolution: boolean;
}

/** One Newton step back from `beyond` to where the family's limit is reached, as a share of the way; 1 where there is none. */
export function crossingShare(excess: number, from: Evaluation, beyond: Evaluation, family: Family): number {
  const [start, end] = [exposureOf(from, family), exposureOf(beyond, family)];
  const share = 1 - excess / slope(end, start, end);
  return share > 0 && share < 1 ? share : 1;
}

export function areSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((weight, at) => Math.abs(weight - b[at]!) <= 1e-14);
}
