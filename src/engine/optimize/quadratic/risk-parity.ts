import { isFeasible, type Polytope, sum } from '../../constraints/polytope.ts';
import { dot } from '../../matrix.ts';
import type { Matrix } from '../../types.ts';
import { NearestWeights, type Objective, overWeights, type Solve } from './objective.ts';
import { product } from './program.ts';

/** A variance below this share of the average counts as this much: an asset without any would take all. */
const LEAST_VARIANCE = 1e-10;
const MOST_SWEEPS = 10_000;
const SETTLED = 1e-13;
/** Of its share in risk parity. For less, ln w is continued by a parabola, so that constraints may also ask for 0. */
const LEAST_SHARE = 0.01;
const MOST_STEPS = 100;

/** Risk parity of the assets that can be held. */
interface Parity {
  /** p (n), summing to 1; 0 for what cannot be held. */
  readonly weights: Float64Array;
  /** λ b: what each asset that is held contributes to p'Σp = λ. */
  readonly contribution: number;
}

/**
 * Each asset that can be held contributes the same to the variance. By its convex form (Spinu 2013) it is, with equal
 * budgets b and any λ > 0, after a division by the sum,
 *
 *     min ½ w'Σw − λ Σ_i b_i ln w_i   over w > 0
 *
 * With λ = p'Σp its optimum is risk parity p itself, with weights that sum to 1. Under constraints it is the same
 * objective with the same λ, over the weights that are allowed: p where p is one of them, as in Richard & Roncalli
 * (2019). It is found by Newton's steps, each a quadratic program over the allowed weights.
 */
export class RiskParity implements Objective {
  readonly #covariance: Matrix;
  readonly #known = new Map<string, Parity>();

  /** @param covariance Σ (n, n) */
  constructor(covariance: Matrix) {
    const { rows, data } = covariance;
    let trace = 0;
    for (let at = 0; at < rows; at++) trace += data[at * (rows + 1)]!;
    const least = LEAST_VARIANCE * (trace / rows || 1);
    const raised = data.slice();
    for (let at = 0; at < rows; at++) raised[at * (rows + 1)] = Math.max(least, raised[at * (rows + 1)]!);
    this.#covariance = { ...covariance, data: raised };
  }

  value(weights: ArrayLike<number>, feasible: Polytope): number {
    const parity = this.#parityIn(feasible);
    const logarithms = parity.weights.reduce((total, share, at) => total + logarithm(weights[at]!, share).value, 0);
    return dot(product(this.#covariance, weights), weights) / 2 - parity.contribution * logarithms;
  }

  minimise(feasible: Polytope, solve: Solve, start?: Float64Array): Float64Array | undefined {
    const parity = this.#parityIn(feasible);
    if (isFeasible(feasible, parity.weights)) return parity.weights;
    let weights = start ?? new NearestWeights(parity.weights).minimise(feasible, solve);
    for (let step = 0; step < MOST_STEPS && weights !== undefined; step++) {
      const { gradient, hessian } = this.#expansion(weights, parity);
      const turn = product(hessian, weights);
      const next = solve(overWeights(feasible, { hessian, costs: gradient.map((slope, at) => slope - turn[at]!) }));
      if (next === undefined) return undefined;
      const from = weights;
      const direction = next.map((value, at) => value - from[at]!);
      const fall = -dot(gradient, direction);
      if (!(fall > SETTLED * parity.contribution)) return weights;
      const found = this.#along(from, direction, fall, feasible);
      if (found === undefined) return weights;
      weights = found;
    }
    return weights;
  }

  /** The longest of the step and its halves that lowers the value as much as its slope promises. */
  #along(from: Float64Array, direction: Float64Array, fall: number, feasible: Polytope): Float64Array | undefined {
    const before = this.value(from, feasible);
    for (let share = 1; share > 1e-10; share /= 2) {
      const weights = from.map((weight, at) => weight + share * direction[at]!);
      if (this.value(weights, feasible) <= before - 1e-4 * share * fall) return weights;
    }
    return undefined;
  }

  #expansion(weights: Float64Array, { weights: shares, contribution }: Parity) {
    const { rows, data } = this.#covariance;
    const gradient = product(this.#covariance, weights);
    const hessian = { rows, cols: rows, data: data.slice() };
    shares.forEach((share, at) => {
      const { slope, curvature } = logarithm(weights[at]!, share);
      gradient[at]! -= contribution * slope;
      hessian.data[at * (rows + 1)]! -= contribution * curvature;
    });
    return { gradient, hessian };
  }

  #parityIn({ upper }: Polytope): Parity {
    const canHold = Array.from(upper, (bound) => bound > 0);
    const key = canHold.map(Number).join('');
    const parity = this.#known.get(key) ?? parityOf(this.#covariance, canHold);
    this.#known.set(key, parity);
    return parity;
  }
}

/** Without constraints, by cyclical coordinate descent, which always converges (Griveau-Billion, Richard & Roncalli 2013). */
function parityOf({ rows: n, data }: Matrix, canHold: readonly boolean[]): Parity {
  const held = [...canHold.keys()].filter((at) => canHold[at]);
  const y = new Float64Array(n);
  for (const at of held) y[at] = 1 / Math.sqrt(data[at * (n + 1)]! * held.length);
  for (let sweep = 0, change = 1; sweep < MOST_SWEEPS && change > SETTLED; sweep++) {
    change = 0;
    for (const at of held) {
      const own = data[at * (n + 1)]!;
      const rest = dot(data.subarray(at * n, (at + 1) * n), y) - own * y[at]!;
      // The positive root of own y² + rest y = 1.
      const root = (Math.sqrt(rest * rest + 4 * own) - rest) / (2 * own);
      change = Math.max(change, Math.abs(root / y[at]! - 1));
      y[at] = root;
    }
  }
  const total = sum(y);
  return { weights: y.map((value) => value / total), contribution: 1 / total ** 2 };
}

/** ln w and its derivatives, continued below a part of the share by the parabola that touches it there. */
function logarithm(weight: number, share: number) {
  if (share === 0) return { value: 0, slope: 0, curvature: 0 };
  const at = Math.max(weight, LEAST_SHARE * share);
  const [slope, curvature, over] = [1 / at, -1 / at ** 2, weight - at];
  return {
    value: Math.log(at) + slope * over + (curvature * over ** 2) / 2,
    slope: slope + curvature * over,
    curvature,
  };
}
