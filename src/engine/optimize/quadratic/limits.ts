import type { LinearRow } from '../../constraints/polytope.ts';
import { portfolioLosses, tail, tailMeans } from '../../risk.ts';
import type { Matrix } from '../../types.ts';
import type { Trading } from '../problem.ts';
import { turnoverOf } from '../trading.ts';
import { turnoverRow } from '../weights.ts';
import { variance } from './objective.ts';
import { product } from './program.ts';

/** A limit on a convex function of the weights, kept by rows that bound it from below: cuts (Kelley 1960). */
export interface ConvexLimit {
  /** By how much weights (n) exceed it; at most 0 where they keep it. */
  excess(weights: Float64Array): number;
  /** A row that all weights that keep the limit meet, and that is exact at these (n). */
  rowAt(weights: Float64Array): LinearRow;
}

/** The CVaR: what scenarios lose on average in the tail of the weights bounds that of all weights. */
export class CvarLimit implements ConvexLimit {
  readonly #scenarios: Matrix;
  readonly #alpha: number;
  readonly #limit: number;
  readonly #slopes: Float64Array[];

  /**
   * @param scenarios (M, n)
   * @param slopes each (n): a limit that weights keep is at least its product with them. Those that are found join them
   */
  constructor(scenarios: Matrix, alpha: number, limit: number, slopes: Float64Array[] = []) {
    this.#scenarios = scenarios;
    this.#alpha = alpha;
    this.#limit = limit;
    this.#slopes = slopes;
  }

  /** Those that the slopes so far make. */
  get rows(): LinearRow[] {
    return this.#slopes.map((coefficients) => this.#rowOf(coefficients));
  }

  excess(weights: Float64Array): number {
    return this.#tailOf(weights).cvar - this.#limit;
  }

  rowAt(weights: Float64Array): LinearRow {
    const slope = tailMeans(this.#scenarios, this.#tailOf(weights)).map((mean) => -mean);
    this.#slopes.push(slope);
    return this.#rowOf(slope);
  }

  #rowOf(coefficients: Float64Array): LinearRow {
    return { lower: -Infinity, upper: this.#limit, coefficients };
  }

  #tailOf(weights: Float64Array) {
    return tail(portfolioLosses(this.#scenarios, weights), this.#alpha);
  }
}

/** A risk budget: √(w'Σw) ≤ b, a second-order cone. The cone's tangent planes bound it. */
export class RiskBudget implements ConvexLimit {
  readonly #covariance: Matrix;
  readonly #budget: number;

  /** @param covariance Σ (n, n) @param budget b */
  constructor(covariance: Matrix, budget: number) {
    this.#covariance = covariance;
    this.#budget = budget;
  }

  excess(weights: Float64Array): number {
    return Math.sqrt(variance(this.#covariance, weights)) - this.#budget;
  }

  rowAt(weights: Float64Array): LinearRow {
    const deviation = Math.sqrt(variance(this.#covariance, weights)) || 1;
    const coefficients = product(this.#covariance, weights).map((value) => value / deviation);
    return { lower: -Infinity, upper: this.#budget, coefficients };
  }
}

export class TurnoverLimit implements ConvexLimit {
  readonly #trading: Trading;

  constructor(trading: Trading) {
    this.#trading = trading;
  }

  excess(weights: Float64Array): number {
    return turnoverOf(weights, this.#trading.held) - this.#trading.mostTurnover;
  }

  rowAt(weights: Float64Array): LinearRow {
    return turnoverRow(weights, this.#trading);
  }
}
