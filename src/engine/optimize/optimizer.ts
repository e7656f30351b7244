import type { Highs } from 'highs';
import type { Portfolio, Solution } from '../types.ts';
import { Cuts, mildestInTail } from './cuts.ts';
import { type Candidate, Evaluator } from './evaluator.ts';
import { loadHighs } from './highs.ts';
import { Master } from './master.ts';
import { expectedReturns, largestReturn, measurePortfolio } from './portfolio.ts';
import { GAP_TOLERANCE, isKept, PRECISION, type ReturnProblem, type RiskProblem } from './problem.ts';
import { certifiedGap } from './safe-bound.ts';
import { type Objective, Search } from './search.ts';
import { startingWeights } from './starting-weights.ts';
import { verify } from './verify.ts';

/** An optimiser for one set of scenarios, warm-started from one limit to the next. */
export interface Optimizer {
  /**
   * The portfolio with the highest expected return and a CVaR of at most `lossLimit`, or the least risky one if its
   * CVaR exceeds the limit. Verified. Of portfolios within 1e-9 of the best return, the one with the lowest CVaR.
   */
  best(lossLimit: number): Solution;
  minimum(): Minimum;
  /** Frees the model's WebAssembly memory, which is not garbage-collected. */
  close(): void;
}

/** The portfolio with the smallest CVaR. */
export interface Minimum {
  readonly portfolio: Portfolio;
  /** A certified bound on how much lower another portfolio's CVaR can be. */
  readonly gap: number;
}

export interface OptimizerOptions {
  /** Absent: a new solver. */
  readonly highs?: Highs | undefined;
  /**
   * The number of scenarios that each cut makes explicit (see `mildestInTail`). Measured from 10,000 × 12 to 10,000 ×
   * 500 and 1,000,000 × 12: 10 to 50 take about the same time. With 0 (Kelley's cuts) it takes six times as long for
   * 500 assets, with the whole tail (the restricted program) seventy times as long for 100,000 scenarios.
   */
  readonly cutWidth?: number;
  /** The gap at which a search ends, for returns near 1. Answers promise a gap a hundred times as wide. */
  readonly precision?: number;
}

/** Ties in the expected return are broken by the CVaR among portfolios this close to the best. */
const TIE_WIDTH = 1e-9;

const LEAST_RISK: Objective = { value: ({ cvar }) => cvar, limit: Infinity };

/**
 * @throws UserError when no weights meet the constraints
 * @throws Error when a return is not finite, `alpha` is not between 0 and 1, or the number of assets differs
 */
export async function openOptimizer(problem: RiskProblem, options: OptimizerOptions = {}): Promise<Optimizer> {
  const { scenarios, alpha, feasible } = problem;
  if (!(alpha > 0 && alpha < 1)) throw new Error(`expected alpha between 0 and 1, got ${alpha}`);
  const { length: assets } = feasible.lower;
  if (assets !== scenarios.cols) throw new Error(`constraints of ${assets} assets, scenarios of ${scenarios.cols}`);
  const means = expectedReturns(scenarios);
  const largest = largestReturn(scenarios);
  const { highs = await loadHighs(), cutWidth = 25, precision = PRECISION } = options;
  const start = startingWeights(feasible, highs);
  const master = new Master(highs, means, feasible, largest);
  const cuts = new Cuts(scenarios, alpha, mildestInTail(cutWidth), master);
  const search = new Search(new Evaluator(problem, means), master, cuts, precision);
  return new WarmOptimizer({ problem, start, master, search, precision });
}

/**
 * Solves one problem. Infeasible is a result, not an error.
 * @throws UserError when no weights meet the constraints
 */
export async function optimize({ lossLimit, ...problem }: ReturnProblem, highs?: Highs): Promise<Solution> {
  const optimizer = await openOptimizer(problem, { highs });
  try {
    return optimizer.best(lossLimit);
  } finally {
    optimizer.close();
  }
}

interface WarmOptimizerOptions {
  readonly problem: RiskProblem;
  /** (n) Feasible weights. */
  readonly start: Float64Array;
  readonly master: Master;
  readonly search: Search;
  readonly precision: number;
}

interface FoundMinimum extends Minimum {
  readonly candidate: Candidate;
}

class WarmOptimizer implements Optimizer {
  readonly #problem: RiskProblem;
  readonly #start: Float64Array;
  readonly #master: Master;
  readonly #search: Search;
  readonly #gapTolerance: number;
  #minimum: FoundMinimum | undefined;

  constructor({ problem, start, master, search, precision }: WarmOptimizerOptions) {
    this.#problem = problem;
    this.#start = start;
    this.#master = master;
    this.#search = search;
    this.#gapTolerance = (precision / PRECISION) * GAP_TOLERANCE;
  }

  minimum(): FoundMinimum {
    if (this.#minimum === undefined) {
      const start = this.#search.start(this.#start);
      this.#master.minimiseRisk();
      const { candidate, bound } = this.#search.run(start, LEAST_RISK);
      const portfolio = this.#measure(candidate);
      this.#minimum = { candidate, portfolio, gap: certifiedGap(portfolio.cvar, bound) };
    }
    return this.#minimum;
  }

  best(lossLimit: number): Solution {
    const { candidate, portfolio: minimum, gap } = this.minimum();
    const room = PRECISION * this.#master.unit;
    if (!isKept(minimum.cvar + 2 * room, lossLimit)) {
      return this.#verified({ status: 'infeasible', minimum, gap }, lossLimit);
    }
    // A limit at the minimum, or below it within the tolerance, is raised slightly above the minimum, because HiGHS
    // takes a program that is barely feasible for infeasible.
    const limit = Math.max(lossLimit, minimum.cvar + room);
    this.#search.dropInactive();
    this.#master.maximiseReturn(limit);
    const highest = this.#search.run(candidate, { value: ({ expectedReturn }) => -expectedReturn, limit });
    this.#master.minimiseRisk(highest.candidate.expectedReturn - TIE_WIDTH);
    const best = this.#measure(this.#search.run(highest.candidate, LEAST_RISK).candidate);
    const returnGap = certifiedGap(-best.expectedReturn, highest.bound);
    return this.#verified({ status: 'optimal', best, minimum, gap: returnGap }, lossLimit);
  }

  close(): void {
    this.#master.close();
  }

  #measure({ weights }: Candidate): Portfolio {
    return measurePortfolio(this.#problem.scenarios, this.#problem.alpha, weights);
  }

  #verified(solution: Solution, lossLimit: number): Solution {
    return verify({ ...this.#problem, lossLimit }, solution, this.#gapTolerance);
  }
}
