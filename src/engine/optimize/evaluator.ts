import type { Polytope } from '../constraints/polytope.ts';
import { portfolioLosses, tail, type Tail } from '../risk.ts';
import type { Matrix } from '../types.ts';
import { expectedReturn } from './portfolio.ts';
import type { RiskProblem } from './problem.ts';
import { roundToFeasible } from './weights.ts';

/** Feasible weights (n) and their exact figures. */
export interface Candidate {
  readonly weights: Float64Array;
  readonly expectedReturn: number;
  readonly cvar: number;
}

/** A candidate, with the losses and tail that a cut at it needs. */
export interface Evaluation {
  readonly candidate: Candidate;
  /** (M) Valid until the next evaluation, which reuses the array because it may hold a million losses. */
  readonly losses: Float64Array;
  readonly tail: Tail;
}

/** Computes the exact figures of weights that linear programs propose. */
export class Evaluator {
  readonly #scenarios: Matrix;
  readonly #alpha: number;
  readonly #feasible: Polytope;
  readonly #means: Float64Array;
  readonly #losses: Float64Array;

  /** @param means c̄ (n) of the scenarios */
  constructor({ scenarios, alpha, feasible }: RiskProblem, means: Float64Array) {
    this.#scenarios = scenarios;
    this.#alpha = alpha;
    this.#feasible = feasible;
    this.#means = means;
    this.#losses = new Float64Array(scenarios.rows);
  }

  /** @param proposed (n) feasible up to a solver's tolerance */
  evaluate(proposed: ArrayLike<number>): Evaluation {
    const weights = roundToFeasible(proposed, this.#feasible);
    const losses = portfolioLosses(this.#scenarios, weights, this.#losses);
    const worst = tail(losses, this.#alpha);
    const figures = { expectedReturn: expectedReturn(this.#means, weights), cvar: worst.cvar };
    return { candidate: { weights, ...figures }, losses, tail: worst };
  }
}
