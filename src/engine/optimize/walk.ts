import { type Evaluation, type Evaluator, slope } from './evaluator.ts';
import { LIMIT_TOLERANCE, PRECISION } from './problem.ts';
import type { Relaxation } from './relaxation.ts';
import { areSame, type SearchResult } from './search.ts';

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
/** A limit takes 2 to 30 iterations. More mean that floating point allows no more progress. */
const MAX_ITERATIONS = 100;

/**
 * Finds max c̄·w with CVaR(w) ≤ limit for one limit after the other (parametric continuation). Each starts with the
 * cuts of the ones before, and is found in two or three iterations when it is near the last.
 *
 * The next cut is taken at the master's solution w⁺ itself, where its CVaR exceeds the limit by little. Otherwise it is
 * taken on the way from the least risky portfolio to w⁺, about where the limit is reached: one Newton step from w⁺, which
 * does not go too far because the CVaR is convex.
 */
export class LimitWalk {
  readonly #evaluator: Evaluator;
  readonly #relaxation: Relaxation;
  /** The least risky portfolio. */
  readonly #minimum: Evaluation;
  readonly #precision: number;
  #last: Evaluation;

  /** @param precision the gap at which a step ends, for returns near 1 */
  constructor(evaluator: Evaluator, relaxation: Relaxation, minimum: Evaluation, precision: number) {
    this.#evaluator = evaluator;
    this.#relaxation = relaxation;
    this.#minimum = minimum;
    this.#precision = precision;
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
    this.#relaxation.addPlain(this.#minimum);
    this.#relaxation.addExplained(this.#last);
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
      if (excess <= slack) {
        if (-solution.expectedReturn <= objective + tolerance) return this.#certified(solution);
      } else {
        const share = this.#shareUnder(limit, solution);
        const kept = this.#minimum.expectedReturn * (1 - share) + solution.expectedReturn * share;
        if (-kept <= objective + tolerance) return this.#certified(this.#exactly(this.#onTheWay(share, solution)));
      }
      if (isSettled) return undefined;

      const isCutAtSolution = isSame || excess < NEAR_EXCESS * master.unit;
      if (isCutAtSolution) this.#relaxation.addExplained(solution);
      else this.#addCrossing(excess, solution);
      this.#evaluator.release(solution);
      before = { weights, isCutAtSolution };
    }
    return undefined;
  }

  /** How far from the least risky portfolio to `beyond` one surely keeps the limit, because the CVaR is convex. */
  #shareUnder(limit: number, beyond: Evaluation): number {
    const { cvar } = this.#minimum;
    return (limit - cvar) / (beyond.cvar - cvar);
  }

  #onTheWay(share: number, to: Evaluation): Evaluation {
    return this.#evaluator.between(this.#minimum, to, share);
  }

  #addCrossing(excess: number, beyond: Evaluation): void {
    const share = 1 - excess / slope(beyond, this.#minimum, beyond);
    const crossing = this.#onTheWay(share > 0 && share < 1 ? share : 1, beyond);
    this.#relaxation.addPlain(crossing);
    this.#evaluator.release(crossing);
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
