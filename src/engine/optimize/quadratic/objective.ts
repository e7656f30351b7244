import { isFeasible, type LinearRow, type Polytope } from '../../constraints/polytope.ts';
import { dot } from '../../matrix.ts';
import type { Matrix } from '../../types.ts';
import { product, type QuadraticProgram } from './program.ts';

/** @returns (N) an optimum; undefined when nothing is feasible */
export type Solve = (program: QuadraticProgram) => Float64Array | undefined;

/** What weights w (n) are chosen for. To add one, write a class of its convex programs: an objective, and rows. */
export interface Objective {
  /** Less is better. @param feasible that of `minimise`, or a part of it */
  value(weights: ArrayLike<number>, feasible: Polytope): number;
  /**
   * @param start (n) feasible weights to start from, where a search needs some
   * @returns the best weights (n), up to a solver's tolerance; undefined where none are feasible
   */
  minimise(feasible: Polytope, solve: Solve, start?: Float64Array): Float64Array | undefined;
}

/** w'Σw */
export const variance = (covariance: Matrix, weights: ArrayLike<number>): number =>
  dot(product(covariance, weights), weights);

/** The program of weights alone: Σ w = 1, and the polytope's bounds and rows. */
export const overWeights = (
  { lower, upper, rows }: Polytope,
  { hessian, costs = new Float64Array(lower.length) }: Partial<Pick<QuadraticProgram, 'hessian' | 'costs'>>,
): QuadraticProgram => ({
  ...(hessian && { hessian }),
  costs,
  lower,
  upper,
  rows: [{ lower: 1, upper: 1, coefficients: new Float64Array(lower.length).fill(1) }, ...rows],
});

/** min w'Σw */
export class MinimumVariance implements Objective {
  readonly #covariance: Matrix;

  /** @param covariance Σ (n, n) */
  constructor(covariance: Matrix) {
    this.#covariance = covariance;
  }

  value(weights: ArrayLike<number>): number {
    return variance(this.#covariance, weights);
  }

  minimise(feasible: Polytope, solve: Solve): Float64Array | undefined {
    return solve(overWeights(feasible, { hessian: this.#covariance }));
  }
}

/** max μ'w − ½ λ w'Σw (Markowitz 1952). With λ = 0 a linear program. */
export class MeanVariance implements Objective {
  readonly #means: Float64Array;
  readonly #covariance: Matrix;
  readonly #aversion: number;

  /** @param means μ (n) @param covariance Σ (n, n) @param aversion λ ≥ 0 */
  constructor(means: Float64Array, covariance: Matrix, aversion: number) {
    this.#means = means;
    this.#covariance = covariance;
    this.#aversion = aversion;
  }

  value(weights: ArrayLike<number>): number {
    return (this.#aversion / 2) * variance(this.#covariance, weights) - dot(this.#means, weights);
  }

  minimise(feasible: Polytope, solve: Solve): Float64Array | undefined {
    const { data, ...shape } = this.#covariance;
    const hessian = { ...shape, data: data.map((value) => this.#aversion * value) };
    const costs = this.#means.map((mean) => -mean);
    return solve(overWeights(feasible, { costs, ...(this.#aversion > 0 && { hessian }) }));
  }
}

/** min w'Σw with μ'w ≥ r */
export class TargetReturn implements Objective {
  readonly #least: MinimumVariance;
  readonly #row: LinearRow;

  /** @param means μ (n) @param covariance Σ (n, n) @param target r */
  constructor(means: Float64Array, covariance: Matrix, target: number) {
    this.#least = new MinimumVariance(covariance);
    this.#row = { lower: target, upper: Infinity, coefficients: means };
  }

  value(weights: ArrayLike<number>): number {
    return this.#least.value(weights);
  }

  minimise({ rows, ...bounds }: Polytope, solve: Solve): Float64Array | undefined {
    return this.#least.minimise({ ...bounds, rows: [...rows, this.#row] }, solve);
  }
}

/** min |w − v|², by least squares */
export class NearestWeights implements Objective {
  readonly #target: Float64Array;

  /** @param target v (n) */
  constructor(target: ArrayLike<number>) {
    this.#target = Float64Array.from(target);
  }

  value(weights: ArrayLike<number>): number {
    return this.#target.reduce((total, wanted, at) => total + (weights[at]! - wanted) ** 2, 0);
  }

  minimise(feasible: Polytope, solve: Solve): Float64Array | undefined {
    if (isFeasible(feasible, this.#target)) return this.#target;
    const { length: n } = this.#target;
    const hessian = { rows: n, cols: n, data: new Float64Array(n * n) };
    for (let at = 0; at < n; at++) hessian.data[at * (n + 1)] = 1;
    return solve(overWeights(feasible, { hessian, costs: this.#target.map((wanted) => -wanted) }));
  }
}
