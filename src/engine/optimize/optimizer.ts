import type { Highs } from 'highs';
import type { Portfolio, Solution } from '../types.ts';
import { ScenarioColumns } from './columns.ts';
import { type Evaluation, Evaluator } from './evaluator.ts';
import { borrowHighs, returnHighs } from './highs.ts';
import { GAP_TOLERANCE, isKept, PRECISION, type ReturnProblem, type RiskProblem } from './problem.ts';
import { Relaxation } from './relaxation.ts';
import { certifiedGap } from './safe-bound.ts';
import { Search } from './search.ts';
import { startingWeights } from './starting-weights.ts';
import { Verifier } from './verify.ts';
import { LimitWalk } from './walk.ts';

/** An optimiser for one set of scenarios, warm-started from one limit to the next. */
export interface Optimizer {
  /**
   * The portfolio with the highest expected return and a CVaR of at most `lossLimit`, or the least risky one if its
   * CVaR exceeds the limit. Verified. Of portfolios within 1e-9 of the best return, the one with the lowest CVaR, within
   * 1e-7. Takes least time when the limit is near the one before, or below it.
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

/** All that it takes to start from the least risky portfolio without a search. Every answer is then the same to the bit. */
export interface KnownMinimum {
  /** (n) */
  readonly weights: readonly number[];
  /** Its certified gap. */
  readonly gap: number;
}

export interface OptimizerOptions {
  /** Absent: one that is borrowed until `close`. */
  readonly highs?: Highs | undefined;
  /**
   * How many scenarios on either side of the value-at-risk a cut makes explicit near the optimum (see `Cuts`). Measured
   * from 5,000 × 12 to 10,000 × 500: 15 to 30 take about the same time.
   */
  readonly cutWidth?: number;
  /** The gap at which a search ends, for returns near 1. Answers promise a gap a hundred times as wide. */
  readonly precision?: number;
  /** What `minimum` has found before for the same problem; absent: it is searched for. */
  readonly minimum?: KnownMinimum | undefined;
}

/** Ties in the expected return are broken by the CVaR among portfolios this close to the best. */
const TIE_WIDTH = 1e-9;
/** Where risk earns more, a return within the tie width has a CVaR within 1e-7 of the limit, so there are no ties. */
const NO_TIES_PRICE = 0.01;

/**
 * @throws UserError when no weights meet the constraints
 * @throws Error when a return is not finite, `alpha` is not between 0 and 1, or the number of assets differs
 */
export async function openOptimizer(problem: RiskProblem, options: OptimizerOptions = {}): Promise<Optimizer> {
  const { scenarios, alpha, feasible } = problem;
  if (!(alpha > 0 && alpha < 1)) throw new Error(`expected alpha between 0 and 1, got ${alpha}`);
  const { length: assets } = feasible.lower;
  if (assets !== scenarios.cols) throw new Error(`constraints of ${assets} assets, scenarios of ${scenarios.cols}`);
  const columns = new ScenarioColumns(scenarios);
  const { highs = await borrowHighs(), cutWidth = 20, precision = PRECISION, minimum } = options;
  const start = startingWeights(feasible, highs);
  const relaxation = new Relaxation({ highs, problem, columns, halfWidth: cutWidth });
  const evaluator = new Evaluator(columns, problem);
  const onClose = options.highs === undefined ? () => returnHighs(highs) : undefined;
  try {
    return new WarmOptimizer({ problem, start, evaluator, relaxation, precision, minimum, onClose });
  } catch (error) {
    relaxation.close();
    throw error;
  }
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
  readonly evaluator: Evaluator;
  readonly relaxation: Relaxation;
  readonly precision: number;
  readonly minimum: KnownMinimum | undefined;
  /** Called once, unless something has failed. */
  readonly onClose: (() => void) | undefined;
}

interface FoundMinimum extends Minimum {
  readonly walk: LimitWalk;
}

/** A solution that keeps its limit. */
export type Optimal = Extract<Solution, { status: 'optimal' }>;

class WarmOptimizer implements Optimizer {
  readonly #start: Float64Array;
  readonly #evaluator: Evaluator;
  readonly #relaxation: Relaxation;
  readonly #search: Search;
  readonly #verifier: Verifier;
  readonly #precision: number;
  /** Absent once it must not be called any more. */
  #onClose: (() => void) | undefined;
  #minimum: FoundMinimum | undefined;
  /** The answer to every limit that does not bind. */
  #unlimited: Optimal | undefined;

  constructor({ problem, start, evaluator, relaxation, precision, minimum, onClose }: WarmOptimizerOptions) {
    this.#start = start;
    this.#evaluator = evaluator;
    this.#relaxation = relaxation;
    this.#precision = precision;
    this.#onClose = onClose;
    this.#search = new Search(evaluator, relaxation, precision);
    this.#verifier = new Verifier(problem, (precision / PRECISION) * GAP_TOLERANCE);
    if (minimum !== undefined) this.#minimum = this.#startAt(minimum);
  }

  minimum(): FoundMinimum {
    this.#minimum ??= this.#tracked(() => this.#findMinimum());
    return this.#minimum;
  }

  best(lossLimit: number): Solution {
    return this.#tracked(() => this.#best(lossLimit));
  }

  close(): void {
    this.#relaxation.close();
    this.#onClose?.();
    // Closed twice, it must not give back what somebody else has borrowed since.
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

  #best(lossLimit: number): Solution {
    const { portfolio: minimum, gap } = this.minimum();
    const room = PRECISION * this.#relaxation.master.unit;
    const solution: Solution = isKept(minimum.cvar + 2 * room, lossLimit)
      ? // A limit at the minimum, or below it within the tolerance, is raised slightly above the minimum, because HiGHS
        // takes a program that is barely feasible for infeasible.
        this.#bestUnder(Math.max(lossLimit, minimum.cvar + room))
      : { status: 'infeasible', minimum, gap };
    return this.#verifier.verify(solution, lossLimit);
  }

  #findMinimum(): FoundMinimum {
    const start = this.#evaluator.evaluate(this.#start);
    // Without a cut the master would see no risk.
    this.#relaxation.addPlain(start);
    this.#relaxation.master.minimiseRisk();
    const { found, bound } = this.#search.run(start);
    // As with a known minimum, so that the next answers do not depend on how it was found.
    this.#relaxation.restart();
    return this.#startAt({ weights: Array.from(found.weights), gap: certifiedGap(found.cvar, bound) });
  }

  #startAt({ weights, gap }: KnownMinimum): FoundMinimum {
    const found = this.#evaluator.evaluate(weights);
    this.#relaxation.addPlain(found);
    this.#relaxation.addExplained(found);
    const walk = new LimitWalk(this.#evaluator, this.#relaxation, found, this.#precision);
    return { portfolio: portfolioOf(found), gap, walk };
  }

  #bestUnder(limit: number): Optimal {
    if (this.#unlimited !== undefined && limit >= this.#unlimited.best.cvar) return this.#unlimited;
    const { portfolio: minimum, walk } = this.minimum();
    const { found, bound, priceOfRisk } = walk.bestUnder(limit);
    const best = portfolioOf(priceOfRisk < NO_TIES_PRICE ? this.#calmest(found) : found);
    const gap = certifiedGap(-best.expectedReturn, bound);
    const solution: Optimal = { status: 'optimal', best, minimum, gap };
    if (priceOfRisk === 0) this.#unlimited = solution;
    return solution;
  }

  /** The one with the lowest CVaR of portfolios with this one's return. */
  #calmest(highest: Evaluation): Evaluation {
    this.#relaxation.master.minimiseRisk(highest.expectedReturn - TIE_WIDTH);
    return this.#search.run(highest).found;
  }
}

function portfolioOf({ weights, expectedReturn, tail: { cvar, valueAtRisk } }: Evaluation): Portfolio {
  return Object.freeze({ weights: Object.freeze(Array.from(weights)), expectedReturn, cvar, valueAtRisk });
}
