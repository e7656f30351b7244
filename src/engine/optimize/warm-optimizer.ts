import type { Solution } from '../types.ts';
import { type Evaluation, type Evaluator, portfolioOf } from './evaluator.ts';
import type { KnownMinimum, Minimum, Optimal, Optimizer } from './answer.ts';
import {
  type Behind,
  GAP_TOLERANCE,
  isKept,
  NO_TIES_PRICE,
  PRECISION,
  type RiskProblem,
  type Trading,
} from './problem.ts';
import type { Relaxation } from './relaxation.ts';
import type { Loan } from './loan.ts';
import { certifiedGap } from './safe-bound.ts';
import { Search } from './search.ts';
import { isWithoutTrades } from './trading.ts';
import { Verifier } from './verify.ts';
import { LimitWalk } from './walk.ts';

/** Ties in the expected return are broken by the CVaR among portfolios this close to the best. */
const TIE_WIDTH = 1e-9;

export interface WarmOptimizerOptions {
  readonly problem: RiskProblem;
  /** (n) Feasible weights. */
  readonly start: Float64Array;
  readonly evaluator: Evaluator;
  readonly relaxation: Relaxation;
  readonly precision: number;
  readonly minimum: KnownMinimum | undefined;
  /** Of the solver; ended by `close`. */
  readonly loan: Loan;
}

interface WalkMinimum extends Minimum {
  readonly walk: LimitWalk;
}

/** The optimiser of weights that form a convex set. */
export class WarmOptimizer implements Optimizer {
  readonly isConvex = true;
  readonly #start: Float64Array;
  readonly #evaluator: Evaluator;
  readonly #relaxation: Relaxation;
  readonly #search: Search;
  readonly #verifier: Verifier;
  readonly #precision: number;
  readonly #behind: Behind | undefined;
  readonly #trading: Trading | undefined;
  readonly #loan: Loan;
  #minimum: WalkMinimum | undefined;
  /** The answer to every limit that does not bind. */
  #unlimited: Optimal | undefined;

  constructor({ problem, start, evaluator, relaxation, precision, minimum, loan }: WarmOptimizerOptions) {
    this.#start = start;
    this.#evaluator = evaluator;
    this.#relaxation = relaxation;
    this.#precision = precision;
    this.#behind = problem.behind;
    this.#trading = problem.trading;
    this.#loan = loan;
    this.#search = new Search(evaluator, relaxation, precision, this.#behind);
    this.#verifier = new Verifier(problem, (precision / PRECISION) * GAP_TOLERANCE);
    if (minimum !== undefined) this.#minimum = this.#startAt(minimum);
  }

  minimum(): WalkMinimum {
    this.#minimum ??= this.#loan.use(() => this.#findMinimum());
    return this.#minimum;
  }

  best(lossLimit: number): Solution {
    return this.#loan.use(() => this.#best(lossLimit));
  }

  close(): void {
    this.#relaxation.close();
    this.#loan.end();
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

  #findMinimum(): WalkMinimum {
    const start = this.#evaluator.evaluate(this.#start);
    // Without a cut the master would see no risk.
    this.#relaxation.addAll(start);
    this.#relaxation.master.minimiseRisk();
    const { found, bound } = this.#search.run(start);
    // As with a known minimum, so that the next answers do not depend on how it was found.
    this.#relaxation.restart();
    return this.#startAt({ weights: Array.from(found.weights), gap: certifiedGap(found.cvar, bound) });
  }

  #startAt({ weights, gap }: KnownMinimum): WalkMinimum {
    const found = this.#evaluator.evaluate(weights);
    this.#relaxation.addPlain(found);
    this.#relaxation.addAll(found, true);
    const walk = new LimitWalk({
      evaluator: this.#evaluator,
      relaxation: this.#relaxation,
      minimum: found,
      precision: this.#precision,
      behind: this.#behind,
    });
    return { portfolio: portfolioOf(found), gap, walk };
  }

  #bestUnder(limit: number): Optimal {
    if (this.#unlimited !== undefined && limit >= this.#unlimited.best.cvar) return this.#unlimited;
    const { portfolio: minimum, walk } = this.minimum();
    const { found, bound, priceOfRisk } = walk.bestUnder(limit);
    const best = portfolioOf(priceOfRisk < NO_TIES_PRICE && !this.#isStill(found) ? this.#calmest(found) : found);
    const gap = certifiedGap(-best.expectedReturn, bound);
    const solution: Optimal = { status: 'optimal', best, minimum, gap };
    if (priceOfRisk === 0) this.#unlimited = solution;
    return solution;
  }

  /** Whether it trades nothing, so that a slightly calmer one would only cost trades. */
  #isStill({ weights }: Evaluation): boolean {
    return this.#trading !== undefined && isWithoutTrades(weights, this.#trading);
  }

  /** The one with the lowest CVaR of portfolios with this one's return. */
  #calmest(highest: Evaluation): Evaluation {
    this.#relaxation.master.minimiseRisk(highest.expectedReturn - TIE_WIDTH);
    return this.#search.run(highest).found;
  }
}
