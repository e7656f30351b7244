import { excessBehind } from './behind.ts';
import type { Evaluation, Evaluator } from './evaluator.ts';
import { type Behind, LIMIT_TOLERANCE, PRECISION } from './problem.ts';
import type { Family } from './master-parts.ts';
import type { Relaxation } from './relaxation.ts';
import { areSame, crossingShare, type SearchResult } from './search.ts';

interface WalkOptions {
  readonly evaluator: Evaluator;
  readonly relaxation: Relaxation;
  /** The least risky portfolio. */
  readonly minimum: Evaluation;
  /** The gap at which a step ends, for returns near 1. */
  readonly precision: number;
  /** A limit to keep too. */
  readonly behind: Behind | undefined;
}

/** By how much a solution exceeds a family's limit, and whether that is little. */
interface Exceeded {
  readonly excess: number;
  readonly isNear: boolean;
  readonly family: Family;
}

export interface WalkResult extends SearchResult {
  /** See `Master.priceOfRisk`. */
  readonly priceOfRisk: number;
}

/**
 * A new program is built when more scenarios are explicit. Measured at 5,000 × 12 and 5,000 × 40: 60 to 150 take about
 * the same time. Dropping inactive rows instead takes twice as long, because the next limit needs them again.
 */
const MAX_EXPLICIT = 80;
/** Up to this excess over the limit cuts have explicit scenarios, for returns near 1. */
const NEAR_EXCESS = 1e-3;
/** A limit takes 2 to 30 iterations for a dozen assets, and hundreds for a hundred that are alike. */
const MAX_ITERATIONS = 2_000;

/**
 * Finds max c̄·w with CVaR(w) ≤ limit for one limit after the other (parametric continuation). Each starts with the
 * cuts of the ones before, and is found in two or three iterations when it is near the last.
 *
 * The next cut is taken at the master's solution w⁺ itself, where its CVaR exceeds the limit by little. Otherwise it is
 * taken on the way from the least risky portfolio to w⁺, about where the limit is reached: one Newton step from w⁺, which
 * does not go too far because the CVaR is convex. A limit against a benchmark is kept in the same way.
 */
export class LimitWalk {
  readonly #evaluator: Evaluator;
  readonly #relaxation: Relaxation;
  /** The least risky portfolio. */
  readonly #minimum: Evaluation;
  readonly #precision: number;
  readonly #behind: Behind | undefined;
  #last: Evaluation;

  constructor({ evaluator, relaxation, minimum, precision, behind }: WalkOptions) {
    this.#evaluator = evaluator;
    this.#relaxation = relaxation;
    this.#minimum = minimum;
    this.#precision = precision;
    this.#behind = behind;
    this.#last = minimum;
  }

  /**
   * The portfolio with the highest expected return under `limit`, with a certified lower bound of the negated return.
   * @param limit slightly more than the smallest CVaR, or higher
   * @throws Error when it is not found
   */
  bestUnder(limit: number): WalkResult {
    if (this.#relaxation.explicitCount > MAX_EXPLICIT) this.#restart();
    let result = this.#step(limit);
    if (result === undefined) {
      this.#restart();
      result = this.#step(limit);
    }
    if (result === undefined) throw new Error('found no portfolio with the highest return under the limit');
    if (this.#last !== this.#minimum) this.#evaluator.release(this.#last);
    this.#last = result.found;
    return result;
  }

  #restart(): void {
    this.#relaxation.restart();
    this.#relaxation.addAll(this.#minimum);
    this.#relaxation.addAll(this.#last, true);
  }

  #step(limit: number): WalkResult | undefined {
    const { master } = this.#relaxation;
    master.maximiseReturn(limit);
    const fine = this.#precision * master.unit;
    const slack = PRECISION * master.unit;
    let before: { readonly weights: Float64Array; readonly isCutAtSolution: boolean } | undefined;
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      const { weights, objective } = master.solve();
      const solution = this.#evaluator.evaluate(weights);
      const excess = solution.cvar - limit;
      const isSame = before !== undefined && areSame(before.weights, weights);
      // The solution comes back in spite of a cut at itself, so floating point allows no more progress.
      const isSettled = isSame && before!.isCutAtSolution;
      const tolerance = isSettled ? LIMIT_TOLERANCE / 2 : fine;
      const behind = excessBehind(solution, this.#behind);
      const isWithin = behind <= (isSettled ? LIMIT_TOLERANCE / 2 : slack);
      if (excess <= slack && isWithin) {
        if (-solution.expectedReturn <= objective + tolerance) return this.#certified(solution);
      } else {
        const share = Math.min(this.#shareUnder(limit, solution), isWithin ? 1 : this.#shareWithin(behind));
        const kept = this.#minimum.expectedReturn * (1 - share) + solution.expectedReturn * share;
        if (-kept <= objective + tolerance) return this.#certified(this.#exactly(this.#onTheWay(share, solution)));
      }
      if (isSettled) return undefined;

      const isNear = isSame || excess < NEAR_EXCESS * master.unit;
      this.#exclude(solution, { excess, isNear, family: 'loss' });
      const isNearWithin = isWithin || isSame || behind < NEAR_EXCESS * master.unit;
      if (!isWithin) this.#exclude(solution, { excess: behind, isNear: isNearWithin, family: 'behind' });
      const isCutAtSolution = isNear && isNearWithin;
      this.#evaluator.release(solution);
      before = { weights, isCutAtSolution };
    }
    return undefined;
  }

  /** How far from the least risky portfolio to `beyond` one surely keeps the limit, because the CVaR is convex. */
  #shareUnder(limit: number, beyond: Evaluation): number {
    const { cvar } = this.#minimum;
    return beyond.cvar <= limit ? 1 : (limit - cvar) / (beyond.cvar - cvar);
  }

  /** The same for the limit against the benchmark, which the least risky portfolio may just reach. */
  #shareWithin(excess: number): number {
    const kept = Math.max(0, -excessBehind(this.#minimum, this.#behind));
    return kept / (kept + excess);
  }

  /** Adds a cut that excludes a solution which exceeds a limit. */
  #exclude(beyond: Evaluation, { excess, isNear, family }: Exceeded): void {
    if (isNear) return this.#relaxation.addExplicit(beyond, family);
    const crossing = this.#onTheWay(crossingShare(excess, this.#minimum, beyond, family), beyond);
    this.#relaxation.addPlain(crossing, family);
    this.#evaluator.release(crossing);
  }

  #onTheWay(share: number, to: Evaluation): Evaluation {
    return this.#evaluator.between(this.#minimum, to, share);
  }

  /** Once more, because an evaluation on the way has rounding errors. */
  #exactly({ weights }: Evaluation): Evaluation {
    return this.#evaluator.evaluate(weights);
  }

  #certified(found: Evaluation): WalkResult {
    const { master } = this.#relaxation;
    return { found, bound: master.bound(), priceOfRisk: master.priceOfRisk() };
  }
}
