import { type LinearRow, type Polytope, sum } from '../../constraints/polytope.ts';
import { dot } from '../../matrix.ts';
import type { Matrix } from '../../types.ts';
import { MinimumVariance, type Objective, overWeights, type Solve, variance } from './objective.ts';
import type { QuadraticProgram } from './program.ts';

/** Beside what it is measured by, nothing. */
const NEGLIGIBLE = 1e-9;

/**
 * max (μ'w − r) / √(w'Σw). With y = κ w, where κ > 0 is such that (μ − r)'y = 1, it is a quadratic program:
 * min y'Σy, with the polytope's rows and bounds multiplied by κ = Σ y (Cornuejols & Tütüncü 2006).
 *
 * Where no weights earn more than r the ratio says nothing of risk, and where there are no bounds it may have no
 * maximum: then these are the weights of the smallest variance.
 */
export class MaximumSharpe implements Objective {
  readonly #covariance: Matrix;
  /** μ − r (n) */
  readonly #excess: Float64Array;

  /** @param means μ (n) @param covariance Σ (n, n) @param riskFree r, over the same time */
  constructor(means: Float64Array, covariance: Matrix, riskFree: number) {
    this.#covariance = covariance;
    this.#excess = means.map((mean) => mean - riskFree);
  }

  /** The negative ratio where it is positive, otherwise the deviation: what earns nothing is worse than what does. */
  value(weights: ArrayLike<number>): number {
    const deviation = Math.sqrt(variance(this.#covariance, weights));
    const earned = dot(this.#excess, weights);
    return earned > 0 ? -earned / deviation : deviation;
  }

  minimise(feasible: Polytope, solve: Solve): Float64Array | undefined {
    const largest = this.#excess.reduce((most, excess) => Math.max(most, Math.abs(excess)), 0);
    const isBounded = [...feasible.lower, ...feasible.upper].every(Number.isFinite);
    let unit = largest;
    if (isBounded) {
      const richest = solve(overWeights(feasible, { costs: this.#excess.map((excess) => -excess / (largest || 1)) }));
      if (richest === undefined) return undefined;
      unit = dot(this.#excess, richest);
    }
    const scaled = unit > NEGLIGIBLE * largest ? solve(this.#homogeneous(feasible, unit)) : undefined;
    // Bounded weights that earn something are known here.
    if (scaled === undefined && isBounded && unit > NEGLIGIBLE * largest)
      throw new Error('no weights were found where there are some');
    const kappa = scaled && sum(scaled);
    // Without bounds the ratio may rise for ever, towards weights that sum to nothing.
    if (scaled === undefined || !(kappa! > NEGLIGIBLE)) {
      return new MinimumVariance(this.#covariance).minimise(feasible, solve);
    }
    return scaled.map((value) => value / kappa!);
  }

  /** @param unit of (μ − r)'w, so that κ is at least 1 where this is the most */
  #homogeneous({ lower, upper, rows }: Polytope, unit: number): QuadraticProgram {
    const { length: n } = lower;
    const asset = (at: number): Float64Array => Float64Array.from(lower, (_, other) => (other === at ? 1 : 0));
    const isLong = lower.every((bound) => bound >= 0);
    const bounds = [...lower.keys()].flatMap((at) => {
      const isFree = [-Infinity, 0].includes(lower[at]!);
      const isOpen = upper[at] === 0 || upper[at]! >= (isLong ? 1 : Infinity);
      const ends = { lower: isFree ? -Infinity : lower[at]!, upper: isOpen ? Infinity : upper[at]! };
      return timesKappa({ ...ends, coefficients: asset(at) });
    });
    return {
      hessian: this.#covariance,
      costs: new Float64Array(n),
      lower: lower.map((bound) => (bound >= 0 ? 0 : -Infinity)),
      upper: upper.map((bound) => (bound <= 0 ? 0 : Infinity)),
      rows: [
        { lower: 1, upper: 1, coefficients: this.#excess.map((excess) => excess / unit) },
        { lower: 0, upper: Infinity, coefficients: new Float64Array(n).fill(1) },
        ...bounds,
        ...rows.flatMap((row) => timesKappa(row)),
      ],
    };
  }
}

/** lower κ ≤ a·y ≤ upper κ, where κ = Σ y. */
function timesKappa({ lower, upper, coefficients }: LinearRow): LinearRow[] {
  const less = (end: number): Float64Array => coefficients.map((value) => value - end);
  if (lower === upper) return [{ lower: 0, upper: 0, coefficients: less(lower) }];
  return [
    ...(lower > -Infinity ? [{ lower: 0, upper: Infinity, coefficients: less(lower) }] : []),
    ...(upper < Infinity ? [{ lower: -Infinity, upper: 0, coefficients: less(upper) }] : []),
  ];
}
