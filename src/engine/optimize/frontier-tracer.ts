import type { Highs } from 'highs';
import { Cuts, nearValueAtRisk } from './cuts.ts';
import { Evaluator } from './evaluator.ts';
import { Master } from './master.ts';
import { expectedReturns, largestReturn } from './portfolio.ts';
import { GAP_TOLERANCE, PRECISION, type RiskProblem } from './problem.ts';
import type { SearchResult } from './search.ts';

/**
 * Measured from 10,000 × 12 to 10,000 × 100 and 100,000 × 12: 15 to 35 scenarios on either side of the value-at-risk,
 * and a new master after 100 to 300, take about the same time. Dropping inactive rows instead, as `Search` does, takes
 * twice as long, because the next limit needs them again.
 */
const HALF_WIDTH = 25;
const MAX_EXPLICIT = 150;
/** A limit takes 2 to 30 iterations. More mean that floating point allows no more progress. */
const MAX_ITERATIONS = 60;

/**
 * Traces max c̄·w with CVaR(w) ≤ limit for falling limits (parametric continuation). Each limit starts at the optimum of
 * the one before.
 *
 * `Search` starts far from its optimum and takes careful steps. Here the optimum is near, with almost the same tail. So
 * each cut makes scenarios near the value-at-risk explicit (`nearValueAtRisk`) and is taken at the master's solution
 * itself; two or three iterations are enough. Master and certificate are the same as for `Search`. A new master is
 * built when too many scenarios are explicit.
 */
export class FrontierTracer {
  readonly #problem: RiskProblem;
  readonly #newMaster: () => Master;
  readonly #evaluator: Evaluator;
  #master: Master;
  #cuts: Cuts;
  #weights: Float64Array;

  /** @param weights (n) near the optimum under the first limit */
  constructor(problem: RiskProblem, highs: Highs, weights: ArrayLike<number>) {
    this.#problem = problem;
    const [means, largest] = [expectedReturns(problem.scenarios), largestReturn(problem.scenarios)];
    this.#newMaster = () => new Master(highs, means, problem.feasible, largest);
    this.#evaluator = new Evaluator(problem, means);
    this.#weights = Float64Array.from(weights);
    this.#master = this.#newMaster();
    this.#cuts = this.#firstCut();
  }

  /** Restarts from other weights (n), near the optimum under the next limit. */
  restartAt(weights: ArrayLike<number>): void {
    this.#weights = Float64Array.from(weights);
    this.#master.close();
    this.#master = this.#newMaster();
    this.#cuts = this.#firstCut();
  }

  /**
   * The portfolio with the highest expected return under `limit`, with a certified lower bound of the negated return.
   * @param limit slightly more than the smallest CVaR, or higher
   * @returns undefined when the search does not converge or the result cannot be certified; the limit may still be
   *   feasible
   */
  bestUnder(limit: number): SearchResult | undefined {
    if (this.#cuts.explicitCount > MAX_EXPLICIT) this.restartAt(this.#weights);
    this.#master.maximiseReturn(limit);
    const fine = PRECISION * this.#master.unit;
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      const { weights, objective } = this.#master.solve();
      const { candidate, losses, tail } = this.#evaluator.evaluate(weights);
      if (-candidate.expectedReturn <= objective + fine && candidate.cvar <= limit + fine) {
        this.#weights = candidate.weights;
        const bound = this.#master.bound();
        return -bound - candidate.expectedReturn <= GAP_TOLERANCE ? { candidate, bound } : undefined;
      }
      this.#cuts.add(losses, tail);
    }
    return undefined;
  }

  /** Frees the model's WebAssembly memory, which is not garbage-collected. */
  close(): void {
    this.#master.close();
  }

  #firstCut(): Cuts {
    const { scenarios, alpha } = this.#problem;
    const cuts = new Cuts(scenarios, alpha, nearValueAtRisk(scenarios, alpha, HALF_WIDTH), this.#master);
    const { losses, tail } = this.#evaluator.evaluate(this.#weights);
    cuts.add(losses, tail);
    return cuts;
  }
}
