import type { Polytope } from '../constraints/polytope.ts';
import type { Portfolio, Solution } from '../types.ts';
import type { KnownMinimum, Minimum, Optimal, Optimizer } from './answer.ts';
import { type Evaluation, portfolioOf } from './evaluator.ts';
import { isKept, NO_TIES_PRICE, PRECISION, type Sparsity } from './problem.ts';
import type { Loan } from './loan.ts';
import { certifiedGap } from './safe-bound.ts';
import { Search } from './search.ts';
import type { SparseResult } from './sparse-result.ts';
import { SparseSearch } from './sparse-search.ts';
import { Supports } from './supports.ts';
import { Verifier } from './verify.ts';
import type { WarmOptimizerOptions } from './warm-optimizer.ts';

interface SparseOptimizerOptions extends WarmOptimizerOptions {
  readonly sparsity: Sparsity;
  /** @returns sparse weights (n) that meet everything @throws UserError when there are none */
  readonly seed: () => Float64Array;
  readonly mostSolves: number;
  /** The optimiser of any number of assets within a polytope. @param start (n) weights within it */
  readonly open: (feasible: Polytope, start: Float64Array) => Optimizer;
}

/** How near to the least risk of any number of assets a search comes before branches take over, for returns near 1. */
const ROUGH = 3e-3;

interface EvaluatedMinimum extends Minimum {
  readonly at: Evaluation;
}

/**
 * The optimiser of portfolios of few assets, by branch and bound. Of portfolios with the best return the calmest is left
 * to the optimiser without this limit, over what is held.
 */
export class SparseOptimizer implements Optimizer {
  readonly isConvex = false;
  readonly #options: SparseOptimizerOptions;
  readonly #supports: Supports;
  readonly #search: SparseSearch;
  readonly #verifier: Verifier;
  readonly #loan: Loan;
  readonly #minimum: EvaluatedMinimum;
  #unlimited: Optimal | undefined;
  /** The last answer under a limit. */
  #last: SparseResult | undefined;

  /** @throws UserError when no weights meet the constraints */
  constructor(options: SparseOptimizerOptions) {
    const { problem, sparsity, evaluator, relaxation, mostSolves, minimum } = options;
    this.#options = options;
    this.#loan = options.loan;
    this.#supports = new Supports(problem.feasible, sparsity);
    const { behind } = problem;
    this.#search = new SparseSearch({ evaluator, relaxation, supports: this.#supports, behind, mostSolves });
    // A search that has ended early says so by its gap.
    this.#verifier = new Verifier(problem, Infinity);
    this.#minimum = minimum === undefined ? this.#findMinimum() : this.#startAt(minimum);
  }

  minimum(): Minimum {
    return this.#minimum;
  }

  best(lossLimit: number): Solution {
    return this.#loan.use(() => {
      const { portfolio: minimum, gap } = this.#minimum;
      const room = PRECISION * this.#options.relaxation.master.unit;
      const solution: Solution = isKept(minimum.cvar + 2 * room, lossLimit)
        ? this.#bestUnder(Math.max(lossLimit, minimum.cvar + room))
        : { status: 'infeasible', minimum, gap };
      return this.#verifier.verify(solution, lossLimit);
    });
  }

  close(): void {
    this.#options.relaxation.close();
    this.#loan.end();
  }

  #findMinimum(): EvaluatedMinimum {
    const { evaluator, relaxation, precision, start, seed, problem } = this.#options;
    const from = evaluator.evaluate(start);
    relaxation.addAll(from);
    relaxation.master.minimiseRisk();
    // The least risk of any number of assets leaves the cuts that matter.
    new Search(evaluator, relaxation, Math.max(precision, ROUGH), problem.behind).run(from);
    const { weights, value, bound } = this.#search.run({}, { last: () => this.#supportOf(seed()) });
    return this.#startAt({ weights: Array.from(weights), gap: certifiedGap(value, bound) });
  }

  #startAt({ weights, gap }: KnownMinimum): EvaluatedMinimum {
    const { evaluator, relaxation } = this.#options;
    const at = evaluator.evaluate(weights, this.#polytopeOf(weights));
    // As with a known minimum, so that the next answers do not depend on how it was found.
    relaxation.restart();
    relaxation.addAll(at);
    return { portfolio: portfolioOf(at), gap, at };
  }

  #bestUnder(limit: number): Optimal {
    if (this.#unlimited !== undefined && limit >= this.#unlimited.best.cvar) return this.#unlimited;
    const { portfolio: minimum, at } = this.#minimum;
    const { evaluator, relaxation } = this.#options;
    // The cuts of other branches and limits are of little use, and make each program slower.
    relaxation.restart();
    relaxation.addAll(at);
    const last = this.#last && evaluator.evaluate(this.#last.weights, this.#polytopeOf(this.#last.weights));
    if (last !== undefined) {
      relaxation.addAll(last);
      evaluator.release(last);
    }
    relaxation.master.maximiseReturn(limit);
    const seeds = { first: this.#last?.support, last: () => this.#supportOf(at.weights) };
    const result = this.#search.run({ limit }, seeds);
    this.#last = result;
    const best = this.#calmest(result, limit);
    const gap = certifiedGap(-best.expectedReturn, result.bound);
    const solution: Optimal = { status: 'optimal', best, minimum, gap };
    if (limit === Infinity) this.#unlimited = solution;
    return solution;
  }

  #calmest({ weights, priceOfRisk }: SparseResult, limit: number): Portfolio {
    const { evaluator, open } = this.#options;
    const polytope = this.#polytopeOf(weights);
    if (priceOfRisk >= NO_TIES_PRICE) return portfolioOf(evaluator.evaluate(weights, polytope));
    const optimizer = open(polytope, weights);
    try {
      const solution = optimizer.best(limit);
      if (solution.status === 'infeasible') throw new Error('what was found is said to break the limit');
      return solution.best;
    } finally {
      optimizer.close();
    }
  }

  #supportOf(weights: ArrayLike<number>): ReadonlySet<number> {
    const support = this.#supports.supportOf(weights);
    if (support === undefined) throw new Error('expected sparse weights');
    return support;
  }

  #polytopeOf(weights: ArrayLike<number>): Polytope {
    const polytope = this.#supports.polytopeAt(weights);
    if (polytope === undefined) throw new Error('expected sparse weights that the constraints allow');
    return polytope;
  }
}
