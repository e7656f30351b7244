import type { Cuts } from './cuts.ts';
import type { Candidate, Evaluator } from './evaluator.ts';
import type { Master } from './master.ts';
import { LIMIT_TOLERANCE, PRECISION } from './problem.ts';

/** What to minimise over the portfolios with a CVaR of at most `limit`; the master's objective bounds it. */
export interface Objective {
  readonly value: (candidate: Candidate) => number;
  readonly limit: number;
}

export interface SearchResult {
  readonly candidate: Candidate;
  /** No portfolio that keeps the limit has a value below this: certified. */
  readonly bound: number;
}

/** How far from the incumbent towards the master's solution the next cut is taken. */
const STEP = 0.3;
/**
 * The gap below which cuts are taken at the master's solution itself, which ends exactly and at a vertex;
 * so they are when the last cut did not change that solution.
 */
const SMALL_GAP = 1e-6;
const MOST_ITERATIONS = 20_000;

/**
 * Kelley's cutting-plane method (1960), stabilised. With w̄ the best portfolio so far (the incumbent) and w* the
 * master's solution, whose objective is a lower bound, the next cut is taken at w̄ + 0.3 (w* − w̄) while the gap is
 * large (Ben-Ameur & Neto 2007), which about halves the iterations, and at w* when it is small.
 */
export class Search {
  readonly #evaluator: Evaluator;
  readonly #master: Master;
  readonly #cuts: Cuts;
  readonly #precision: number;

  /** @param precision the gap, of returns near 1, at which a search ends */
  constructor(evaluator: Evaluator, master: Master, cuts: Cuts, precision: number) {
    this.#evaluator = evaluator;
    this.#master = master;
    this.#cuts = cuts;
    this.#precision = precision;
  }

  /** A portfolio to start from, and the first cut: without one the master knows no risk at all. */
  start(weights: Float64Array): Candidate {
    const { candidate, losses, tail } = this.#evaluator.evaluate(weights);
    this.#cuts.add(losses, tail);
    return candidate;
  }

  /** Keeps of the cuts for the last objective only what its solution rests on, so that the next one starts small. */
  dropInactive(): void {
    this.#cuts.dropInactive();
  }

  /**
   * @param feasible any portfolio that keeps the objective's limit
   * @throws Error when the master's solutions do not settle
   */
  run(feasible: Candidate, { value, limit }: Objective): SearchResult {
    // Of tiny returns even less matters.
    const { unit } = this.#master;
    const fine = this.#precision * unit;
    const limitSlack = PRECISION * unit;
    let incumbent = feasible;
    let before: { readonly weights: Float64Array; readonly isCutThere: boolean } | undefined;
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      const { weights, objective } = this.#master.solve();
      const gap = value(incumbent) - objective;
      if (gap <= fine / 10) return this.#certified(incumbent);

      const isSame = before !== undefined && areSame(before.weights, weights);
      // The first cut is taken there for limits that do not bind, which it settles.
      const isThere = iteration === 0 || isSame || gap < SMALL_GAP * unit;
      const proposed = isThere ? weights : between(incumbent.weights, weights);
      const { candidate, losses, tail } = this.#evaluator.evaluate(proposed);
      // A solution that its own cut did not exclude would come for ever: floating point can do no more.
      const isSettled = isSame && before!.isCutThere;
      const valueSlack = isSettled ? LIMIT_TOLERANCE / 2 : fine;
      const isWithin = candidate.cvar <= limit + (isSettled ? LIMIT_TOLERANCE / 2 : limitSlack);
      if (isThere && isWithin && value(candidate) <= objective + valueSlack) return this.#certified(candidate);
      if (isSettled) return this.#certified(incumbent);

      if (candidate.cvar <= limit + limitSlack && value(candidate) < value(incumbent)) incumbent = candidate;
      before = { weights, isCutThere: isThere };
      this.#cuts.add(losses, tail);
    }
    throw new Error(`no optimum after ${MOST_ITERATIONS} cuts`);
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
