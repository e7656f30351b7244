// Entropy pooling (Meucci 2008): the probabilities of scenarios that meet views and differ least from equal ones.
import { solve } from './solve.ts';

/** One view: Σ_m p_m a_m = 0, or at least 0. */
export interface PooledView {
  /** (M) */
  readonly a: Float64Array;
  readonly isEquality: boolean;
}

export interface Pooled {
  /** p (M), positive, summing to 1. */
  readonly probabilities: Float64Array;
  /** exp(entropy of p) / M: the effective number of scenarios as a share of all. */
  readonly share: number;
}

const TOLERANCE = 1e-10;
const MOST_STEPS = 200;
/** Of F, which sums M terms: near the optimum a step gains less. */
const ROUNDING = 1e-12;
/** Added to the Hessian, which is singular where views say the same twice or contradict: the least with which F falls. */
const RIDGES = [1e-12, 1e-9, 1e-6, 1e-3, 1];

/**
 * Minimises Σ p log(M p) under the views, by its dual in one multiplier λ a view, λ ≥ 0 for an inequality:
 * F(λ) = log (1/M) Σ_m exp(λ·a_m), minimised by projected Newton steps (Bertsekas 1982). At every λ, exp(F) bounds the
 * share that any probabilities with these views keep, so that views which cost too much, or contradict, are known early.
 * @param leastShare the smallest share that is wanted
 * @returns undefined where none that meet the views keep it
 */
export function poolEntropy(views: readonly PooledView[], rows: number, leastShare: number): Pooled | undefined {
  const scaled = views.map(({ a, isEquality }) => ({ a: unitScale(a), isEquality }));
  const start = scaled.map(() => 0);
  let at: Point | undefined = evaluate(scaled, rows, start);
  for (let step = 0; at !== undefined && step < MOST_STEPS; step++) {
    if (at.value < Math.log(leastShare)) return undefined;
    const residual = residualAt(scaled, at);
    if (residual <= TOLERANCE) return { probabilities: at.probabilities, share: Math.exp(at.value) };
    at = nextPoint(scaled, at, Math.min(residual, 1e-3));
  }
  throw new Error(`entropy pooling of ${views.length} views did not converge`);
}

function unitScale(a: Float64Array): Float64Array {
  const largest = a.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return largest === 0 ? a : a.map((one) => one / largest);
}

interface Point {
  readonly lambda: readonly number[];
  /** F */
  readonly value: number;
  /** The views' means under the probabilities. */
  readonly gradient: readonly number[];
  readonly probabilities: Float64Array;
}

const bounded = ({ isEquality }: PooledView, lambda: number): number => (isEquality ? lambda : Math.max(0, lambda));

const residualAt = (views: readonly PooledView[], { lambda, gradient }: Point): number =>
  Math.max(0, ...views.map((view, k) => Math.abs(lambda[k]! - bounded(view, lambda[k]! - gradient[k]!))));

function evaluate(views: readonly PooledView[], rows: number, lambda: readonly number[]): Point {
  const probabilities = new Float64Array(rows);
  for (const [k, { a }] of views.entries()) {
    const factor = lambda[k]!;
    for (let m = 0; m < rows; m++) probabilities[m]! += factor * a[m]!;
  }
  let most = -Infinity;
  for (let m = 0; m < rows; m++) most = Math.max(most, probabilities[m]!);
  let total = 0;
  for (let m = 0; m < rows; m++) total += probabilities[m] = Math.exp(probabilities[m]! - most);
  for (let m = 0; m < rows; m++) probabilities[m]! /= total;
  const gradient = views.map(({ a }) => weightedSum(probabilities, a));
  return { lambda, value: most + Math.log(total / rows), gradient, probabilities };
}

/** Σ_m p_m a_m b_m */
function weightedSum(p: Float64Array, a: Float64Array, b?: Float64Array): number {
  let sum = 0;
  for (let m = 0; m < p.length; m++) sum += p[m]! * a[m]! * (b === undefined ? 1 : b[m]!);
  return sum;
}

/** A Newton step of the free multipliers; one near its bound, to which the gradient pushes it, moves by its own gradient. */
function nextPoint(views: readonly PooledView[], at: Point, near: number): Point | undefined {
  const { lambda, gradient, probabilities } = at;
  const isBound = views.map(({ isEquality }, k) => !isEquality && lambda[k]! <= near && gradient[k]! > 0);
  const hessian = views.map(({ a }, k) =>
    views.map(({ a: other }, l) =>
      (isBound[k] || isBound[l]) && k !== l ? 0 : weightedSum(probabilities, a, other) - gradient[k]! * gradient[l]!,
    ),
  );
  const downhill = gradient.map((one) => -one);
  for (const ridge of RIDGES) {
    const ridged = hessian.map((row, k) => row.map((one, l) => (k === l ? one + ridge : one)));
    const next = descend(views, at, solve(ridged, downhill));
    if (next !== undefined) return next;
  }
  return undefined;
}

/** Armijo's rule along the projected direction. @returns undefined when no step is short enough */
function descend(views: readonly PooledView[], at: Point, direction: readonly number[]): Point | undefined {
  for (let size = 1; size > 1e-6; size /= 2) {
    const lambda = at.lambda.map((one, k) => bounded(views[k]!, one + size * direction[k]!));
    const expected = lambda.reduce((sum, one, k) => sum + at.gradient[k]! * (one - at.lambda[k]!), 0);
    const point = evaluate(views, at.probabilities.length, lambda);
    if (expected < 0 && point.value <= at.value + 1e-4 * expected + ROUNDING) return point;
  }
  return undefined;
}
