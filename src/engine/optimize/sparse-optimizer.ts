import type { Polytope } from '../constraints/polytope.ts';
import type { Portfolio, Solution } from '../types.ts';
import type { KnownMinimum, Minimum, Optimal, Optimizer } from './answer.ts';
import type { Evaluation, Evaluator } from './evaluator.ts';
import { isKept, PRECISION, type RiskProblem, type Sparsity } from './problem.ts';
import type { Relaxation } from './relaxation.ts';
import { certifiedGap } from './safe-bound.ts';
import { Search } from './search.ts';
import { type SparseResult, SparseSearch } from './sparse-search.ts';
import { Supports } from './supports.ts';
import { Verifier } from './verify.ts';

interface SparseOptimizerOptions {
  readonly problem: RiskProblem;
  readonly sparsity: Sparsity;
  /** (n) Sparse feasible weights. */
  readonly start: Float64Array;
  readonly evaluator: Evaluator;
  readonly relaxation: Relaxation;
  readonly precision: number;
  readonly minimum: KnownMinimum | undefined;
  readonly mostSolves: number;
  /** The optimiser of the same problem without sparsity, over other weights, of which these (n) are some. */
  readonly open: (feasible: Polytope, weights: Float64Array) => Optimizer;
  /** Called once, unless something has failed. */
  readonly onClose: (() => void) | undefined;
}

interface FoundMinimum extends Minimum {
  readonly at: Evaluation;
}

/** A new program is built when more scenarios are explicit. */
const MAX_EXPLICIT = 150;

/**
 * The optimiser of portfolios of few assets. What to hold is found by branch and bound, the weights of it exactly by
 * the optimiser without this limit.
 */
export class SparseOptimizer implements Optimizer {
  readonly isConvex = false;
  readonly #options: SparseOptimizerOptions;
  readonly #supports: Supports;
  readonly #search: SparseSearch;
  readonly #verifier: Verifier;
  #onClose: (() => void) | undefined;
  #minimum: FoundMinimum | undefined;
  #unlimited: Optimal | undefined;
  /** What the last answer held. */
  #last: ReadonlySet<number> | undefined;

  constructor(options: SparseOptimizerOptions) {
    const { problem, sparsity, evaluator, relaxation, mostSolves, minimum } = options;
    this.#options = options;
    this.#onClose = options.onClose;
    this.#supports = new Supports(problem.feasible, sparsity);
    const { behind } = problem;
    this.#search = new SparseSearch({ evaluator, relaxation, supports: this.#supports, behind, mostSolves });
    // A search that has ended early says so by its gap.
    this.#verifier = new Verifier(problem, Infinity);
    if (minimum !== undefined) {
      this.#minimum = this.#tracked(() => this.#refinedMinimum(Float64Array.from(minimum.weights), () => minimum.gap));
    }
  }

  minimum(): FoundMinimum {
    this.#minimum ??= this.#tracked(() => this.#findMinimum());
    return this.#minimum;
  }

  best(lossLimit: number): Solution {
    return this.#tracked(() => {
      const { portfolio: minimum, gap } = this.minimum();
      const room = PRECISION * this.#options.relaxation.master.unit;
      const solution: Solution = isKept(minimum.cvar + 2 * room, lossLimit)
        ? this.#bestUnder(Math.max(lossLimit, minimum.cvar + room))
        : { status: 'infeasible', minimum, gap };
      return this.#verifier.verify(solution, lossLimit);
    });
  }

  close(): void {
    this.#options.relaxation.close();
    this.#onClose?.();
    this.#onClose = undefined;
  }

  #tracked<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#onClose = undefined;
      throw error;
    }
  }

  #findMinimum(): FoundMinimum {
    const { evaluator, relaxation, precision, start, problem } = this.#options;
    const from = evaluator.evaluate(start, this.#polytopeOf(start));
    this.#addCuts(from);
    relaxation.master.minimiseRisk();
    // The least risk of any number of assets leaves the cuts that matter.
    new Search(evaluator, relaxation, precision, problem.behind).run(from);
    const result = this.#search.run({}, [this.#supportOf(start)], from);
    evaluator.release(from);
    return this.#refinedMinimum(result.weights, (cvar) => certifiedGap(cvar, result.bound));
  }

  #refinedMinimum(weights: Float64Array, gapOf: (cvar: number) => number): FoundMinimum {
    const { evaluator, relaxation, open } = this.#options;
    const polytope = this.#polytopeOf(weights);
    const optimizer = open(polytope, weights);
    try {
      const { portfolio } = optimizer.minimum();
      const at = evaluator.evaluate(portfolio.weights, polytope);
      relaxation.restart();
      this.#addCuts(at);
      return { portfolio, gap: gapOf(portfolio.cvar), at };
    } finally {
      optimizer.close();
    }
  }

  #bestUnder(limit: number): Optimal {
    if (this.#unlimited !== undefined && limit >= this.#unlimited.best.cvar) return this.#unlimited;
    const { portfolio: minimum, at } = this.minimum();
    const { relaxation } = this.#options;
    if (relaxation.explicitCount > MAX_EXPLICIT) {
      relaxation.restart();
      this.#addCuts(at);
    }
    relaxation.master.maximiseReturn(limit);
    const seeds = [this.#supportOf(at.weights), ...(this.#last === undefined ? [] : [this.#last])];
    const { weights, support, bound } = this.#search.run({ limit }, seeds, at);
    this.#last = support;
    const best = this.#refinedBest({ weights, support, bound }, limit);
    const solution: Optimal = { status: 'optimal', best, minimum, gap: certifiedGap(-best.expectedReturn, bound) };
    if (limit === Infinity) this.#unlimited = solution;
    return solution;
  }

  #refinedBest({ weights }: SparseResult, limit: number): Portfolio {
    const optimizer = this.#options.open(this.#polytopeOf(weights), weights);
    try {
      const solution = optimizer.best(limit);
      if (solution.status === 'infeasible') throw new Error('what was found is said to break the limit');
      return solution.best;
    } finally {
      optimizer.close();
    }
  }

  #addCuts(at: Evaluation): void {
    const { relaxation, problem } = this.#options;
    relaxation.addPlain(at);
    if (problem.behind !== undefined) relaxation.addPlain(at, 'behind');
  }

  #supportOf(weights: Float64Array): ReadonlySet<number> {
    const support = this.#supports.supportOf(weights);
    if (support === undefined) throw new Error('expected sparse weights');
    return support;
  }

  #polytopeOf(weights: Float64Array): Polytope {
    const polytope = this.#supports.polytopeOf(this.#supports.only(this.#supportOf(weights)));
    if (polytope === undefined) throw new Error('expected weights that the constraints allow');
    return polytope;
  }
}
