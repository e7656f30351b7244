import type { Highs } from 'highs';
import { Cuts, nearValueAtRisk } from './cuts.ts';
import { Evaluator } from './evaluator.ts';
import { Master } from './master.ts';
import { expectedReturns, largestReturn } from './portfolio.ts';
import { GAP_TOLERANCE, PRECISION, type RiskProblem } from './problem.ts';
import type { SearchResult } from './search.ts';

/**
 * Measured from 10,000 × 12 to 10,000 × 100 and 100,000 × 12: 15 to 35 scenarios on either side of the
 * value-at-risk, and a new master after 100 to 300, take about the same time. To drop what is inactive instead, as
 * between limits far apart, takes twice as long: the next limit needs what it drops.
 */
const HALF_WIDTH = 25;
const MOST_EXPLICIT = 150;
/** A limit takes 2 to 30; more are a sign that floating point can do no more. */
const MOST_ITERATIONS = 60;

/**
 * Follows the highest expected return from limit to limit (parametric continuation): each limit starts at the optimum
 * of the one before, max μ·w with CVaR(w) ≤ L for a falling L.
 *
 * `Search` begins far from its optimum and goes carefully. Here the optimum is near, with nearly the same scenarios
 * in the tail: each cut makes those near the value-at-risk explicit (`nearValueAtRisk`) and is taken at the master's
 * solution itself, so that two or three iterations do. The master and its certificate are `Search`'s; it is built
 * anew when too many scenarios are explicit.
 */
export class FrontierTracer {
  readonly #problem: RiskProblem;
  readonly #newMaster: () => Master;
  readonly #evaluator: Evaluator;
  #master: Master;
  #cuts: Cuts;
  #weights: Float64Array;

  /** @param weights (n) near the best ones under the first limit */
  constructor(problem: RiskProblem, highs: Highs, weights: ArrayLike<number>) {
    this.#problem = problem;
    const [means, largest] = [expectedReturns(problem.scenarios), largestReturn(problem.scenarios)];
    this.#newMaster = () => new Master(highs, means, problem.feasible, largest);
    this.#evaluator = new Evaluator(problem, means);
    this.#weights = Float64Array.from(weights);
    this.#master = this.#newMaster();
    this.#cuts = this.#firstCut();
  }

  /** Goes on from other weights (n): near the best ones under the next limit. */
  restartAt(weights: ArrayLike<number>): void {
    this.#weights = Float64Array.from(weights);
    this.#master.close();
    this.#master = this.#newMaster();
    this.#cuts = this.#firstCut();
  }

  /**
   * A portfolio with the highest expected return under `limit`; `bound` is the certified one of the negated return.
   * Undefined when it does not settle or cannot be certified, which says nothing about the limit.
   * @param limit at least the smallest CVaR there is, and a hair more
   */
  bestUnder(limit: number): SearchResult | undefined {
    if (this.#cuts.explicitCount > MOST_EXPLICIT) this.restartAt(this.#weights);
    this.#master.maximiseReturn(limit);
    const fine = PRECISION * this.#master.unit;
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
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

  /** Frees the model's WebAssembly memory, which nothing else does. */
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
