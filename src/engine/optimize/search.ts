import type { Cuts } from './cuts.ts';
import type { Candidate, Evaluator } from './evaluator.ts';
import type { Master } from './master.ts';
import { LIMIT_TOLERANCE, PRECISION } from './problem.ts';

/** A function to minimise over portfolios with a CVaR of at most `limit`. The master's objective bounds it. */
export interface Objective {
  readonly value: (candidate: Candidate) => number;
  readonly limit: number;
}

export interface SearchResult {
  readonly candidate: Candidate;
  /** A certified lower bound on the value of every portfolio that keeps the limit. */
  readonly bound: number;
}

/** Where the next cut is taken, as a fraction of the way from the incumbent to the master's solution. */
const STEP = 0.3;
/**
 * Below this gap cuts are taken at the master's solution itself, so that the search ends exactly, at a vertex. The same
 * holds when the last cut did not change that solution.
 */
const SMALL_GAP = 1e-6;
const MAX_ITERATIONS = 20_000;

/**
 * Kelley's cutting-plane method (1960), stabilised. With w° the best portfolio so far (the incumbent) and w⁺ the
 * master's solution, whose objective is a lower bound, the next cut is taken at w° + 0.3 (w⁺ − w°) while the gap is
 * large (Ben-Ameur & Neto 2007), which about halves the iterations, and at w⁺ when it is small.
 */
export class Search {
  readonly #evaluator: Evaluator;
  readonly #master: Master;
  readonly #cuts: Cuts;
  readonly #precision: number;

  /** @param precision the gap at which a search ends, for returns near 1 */
  constructor(evaluator: Evaluator, master: Master, cuts: Cuts, precision: number) {
    this.#evaluator = evaluator;
    this.#master = master;
    this.#cuts = cuts;
    this.#precision = precision;
  }

  /** The portfolio to start from. Also adds the first cut, without which the master would see no risk. */
  start(weights: Float64Array): Candidate {
    const { candidate, losses, tail } = this.#evaluator.evaluate(weights);
    this.#cuts.add(losses, tail);
    return candidate;
  }

  /** Drops cuts that the last solution does not need, so that the next search starts with a small program. */
  dropInactive(): void {
    this.#cuts.dropInactive();
  }

  /**
   * @param feasible a portfolio that keeps the objective's limit
   * @throws Error when the search does not converge
   */
  run(feasible: Candidate, { value, limit }: Objective): SearchResult {
    // Tolerances scale with small returns.
    const { unit } = this.#master;
    const fine = this.#precision * unit;
    const limitSlack = PRECISION * unit;
    let incumbent = feasible;
    let before: { readonly weights: Float64Array; readonly isCutAtSolution: boolean } | undefined;
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      const { weights, objective } = this.#master.solve();
      const gap = value(incumbent) - objective;
      if (gap <= fine / 10) return this.#certified(incumbent);

      const isSame = before !== undefined && areSame(before.weights, weights);
      // The first cut is taken at the master's solution, which is already optimal when the limit does not bind.
      const isCutAtSolution = iteration === 0 || isSame || gap < SMALL_GAP * unit;
      const proposed = isCutAtSolution ? weights : between(incumbent.weights, weights);
      const { candidate, losses, tail } = this.#evaluator.evaluate(proposed);
      // The solution comes back in spite of a cut at itself, so floating point allows no more progress.
      const isSettled = isSame && before!.isCutAtSolution;
      const valueSlack = isSettled ? LIMIT_TOLERANCE / 2 : fine;
      const isWithin = candidate.cvar <= limit + (isSettled ? LIMIT_TOLERANCE / 2 : limitSlack);
      if (isCutAtSolution && isWithin && value(candidate) <= objective + valueSlack) return this.#certified(candidate);
      if (isSettled) return this.#certified(incumbent);

      if (candidate.cvar <= limit + limitSlack && value(candidate) < value(incumbent)) incumbent = candidate;
      before = { weights, isCutAtSolution };
      this.#cuts.add(losses, tail);
    }
    throw new Error(`no optimum after ${MAX_ITERATIONS} cuts`);
  }

  #certified(candidate: Candidate): SearchResult {
    return { candidate, bound: this.#master.bound() };
  }
}

function between(from: Float64Array, towards: Float64Array): Float64Array {
  return Float64Array.from(from, (weight, at) => weight + STEP * (towards[at]! - weight));
}

function areSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((weight, at) => Math.abs(weight - b[at]!) <= 1e-14);
}
