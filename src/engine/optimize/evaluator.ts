import type { Polytope } from '../constraints/polytope.ts';
import { tail, type Tail } from '../risk.ts';
import type { Portfolio } from '../types.ts';
import type { ScenarioColumns } from './columns.ts';
import { expectedReturn } from './portfolio.ts';
import type { RiskProblem } from './problem.ts';
import { tradeCost } from './trading.ts';
import { roundToFeasible } from './weights.ts';

/** What a cut needs of a portfolio. */
export interface Exposure {
  /** (M) */
  readonly losses: Float64Array;
  readonly tail: Tail;
}

/** Feasible weights (n), with what cuts at them need. */
export interface Evaluation extends Exposure {
  readonly weights: Float64Array;
  /** Net of what the trades to these weights cost. */
  readonly expectedReturn: number;
  readonly cvar: number;
  /** The losses against the benchmark; undefined without one. */
  readonly behind: Exposure | undefined;
}

/** Computes the figures of weights that linear programs propose. */
export class Evaluator {
  readonly columns: ScenarioColumns;
  readonly #problem: RiskProblem;
  /** Arrays (M) to use again: a million losses are too many to leave to the garbage collector. */
  readonly #spare: Float64Array[] = [];

  constructor(columns: ScenarioColumns, problem: RiskProblem) {
    this.columns = columns;
    this.#problem = problem;
  }

  /** The exact figures. @param proposed (n) feasible up to a solver's tolerance @param feasible or a part of it */
  evaluate(proposed: ArrayLike<number>, feasible: Polytope = this.#problem.feasible): Evaluation {
    const weights = roundToFeasible(proposed, feasible, this.#problem.trading);
    const losses = this.#array();
    this.columns.losses(weights, losses);
    return this.#evaluation(weights, losses);
  }

  /** The portfolio a + share (b − a), whose losses follow from theirs. Its figures are exact except for rounding. */
  between(a: Evaluation, b: Evaluation, share: number): Evaluation {
    const losses = this.#array();
    blend(a.losses, b.losses, share, losses);
    const weights = new Float64Array(a.weights.length);
    blend(a.weights, b.weights, share, weights);
    return this.#evaluation(weights, losses);
  }

  /**
   * Takes back the losses of evaluations that are no longer used.
   * @throws Error when one is taken back twice, which would give its array to two others
   */
  release(...evaluations: readonly Evaluation[]): void {
    for (const { losses, behind } of evaluations) {
      if (this.#spare.includes(losses)) throw new Error('the losses were released before');
      this.#spare.push(losses);
      if (behind !== undefined) this.#spare.push(behind.losses);
    }
  }

  #array(): Float64Array {
    return this.#spare.pop() ?? new Float64Array(this.columns.rows);
  }

  #evaluation(weights: Float64Array, losses: Float64Array): Evaluation {
    const { alpha, trading } = this.#problem;
    const worst = tail(losses, alpha);
    const cost = trading === undefined ? 0 : tradeCost(weights, trading);
    return {
      weights,
      expectedReturn: expectedReturn(this.columns.means, weights) - cost,
      cvar: worst.cvar,
      losses,
      tail: worst,
      behind: this.#behind(losses),
    };
  }

  /** Weights sum to 1, so the benchmark's return is added to every loss. */
  #behind(losses: Float64Array): Exposure | undefined {
    const { alpha, behind } = this.#problem;
    if (behind === undefined) return undefined;
    const against = this.#array();
    for (let row = 0; row < against.length; row++) against[row] = losses[row]! + behind.benchmark[row]!;
    return { losses: against, tail: tail(against, alpha) };
  }
}

function blend(a: Float64Array, b: Float64Array, share: number, into: Float64Array): void {
  for (let at = 0; at < into.length; at++) into[at] = a[at]! + share * (b[at]! - a[at]!);
}

/** How fast the CVaR rises from `at` for each share of the way from a to b: a subgradient. */
export function slope(at: Exposure, a: Exposure, b: Exposure): number {
  const { indices, weights } = at.tail;
  let total = 0;
  indices.forEach((row, i) => {
    total += weights[i]! * (b.losses[row]! - a.losses[row]!);
  });
  return total;
}

export function portfolioOf({ weights, expectedReturn: mean, tail: { cvar, valueAtRisk } }: Evaluation): Portfolio {
  return Object.freeze({ weights: Object.freeze(Array.from(weights)), expectedReturn: mean, cvar, valueAtRisk });
}
