import type { Polytope } from '../constraints/polytope.ts';
import { tail, type Tail } from '../risk.ts';
import type { ScenarioColumns } from './columns.ts';
import { expectedReturn } from './portfolio.ts';
import type { RiskProblem } from './problem.ts';
import { roundToFeasible } from './weights.ts';

/** Feasible weights (n), with what a cut at them needs. */
export interface Evaluation {
  readonly weights: Float64Array;
  readonly expectedReturn: number;
  readonly cvar: number;
  /** (M) */
  readonly losses: Float64Array;
  readonly tail: Tail;
}

/** Computes the figures of weights that linear programs propose. */
export class Evaluator {
  readonly columns: ScenarioColumns;
  readonly #alpha: number;
  readonly #feasible: Polytope;
  /** Arrays (M) to use again: a million losses are too many to leave to the garbage collector. */
  readonly #spare: Float64Array[] = [];

  constructor(columns: ScenarioColumns, { alpha, feasible }: RiskProblem) {
    this.columns = columns;
    this.#alpha = alpha;
    this.#feasible = feasible;
  }

  /** The exact figures. @param proposed (n) feasible up to a solver's tolerance */
  evaluate(proposed: ArrayLike<number>): Evaluation {
    const weights = roundToFeasible(proposed, this.#feasible);
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
    for (const { losses } of evaluations) {
      if (this.#spare.includes(losses)) throw new Error('the losses were released before');
      this.#spare.push(losses);
    }
  }

  #array(): Float64Array {
    return this.#spare.pop() ?? new Float64Array(this.columns.rows);
  }

  #evaluation(weights: Float64Array, losses: Float64Array): Evaluation {
    const worst = tail(losses, this.#alpha);
    return {
      weights,
      expectedReturn: expectedReturn(this.columns.means, weights),
      cvar: worst.cvar,
      losses,
      tail: worst,
    };
  }
}

function blend(a: Float64Array, b: Float64Array, share: number, into: Float64Array): void {
  for (let at = 0; at < into.length; at++) into[at] = a[at]! + share * (b[at]! - a[at]!);
}

/** How fast the CVaR rises from `at` for each share of the way from a to b: a subgradient. */
export function slope(at: Evaluation, a: Evaluation, b: Evaluation): number {
  const { indices, weights } = at.tail;
  let total = 0;
  indices.forEach((row, i) => {
    total += weights[i]! * (b.losses[row]! - a.losses[row]!);
  });
  return total;
}
