// Entropy pooling (Meucci 2008): the probabilities of scenarios that meet views and differ least from equal ones.

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

/**
 * Minimises Σ p log(M p) under the views, by its dual in one multiplier λ a view, λ ≥ 0 for an inequality:
 * F(λ) = log (1/M) Σ_m exp(λ·a_m), minimised by projected Newton steps (Bertsekas 1982). At every λ, exp(F) bounds the
 * share that any probabilities with these views keep, so that views which cost too much, or contradict, are known early.
 * @param leastShare the smallest share that is wanted
 * @returns undefined where none that meet the views keep it
 */
export function poolEntropy(views: readonly PooledView[], rows: number, leastShare: number): Pooled | undefined {
  const scaled = views.map(({ a, isEquality }) => ({ a: unitScale(a), isEquality }));
  let lambda = views.map(() => 0);
  let at = evaluate(scaled, rows, lambda);
  for (let step = 0; step < MOST_STEPS; step++) {
    if (at.value < Math.log(leastShare)) return undefined;
    const residual = Math.max(...lambda.map((one, k) => Math.abs(one - bounded(scaled[k]!, one - at.gradient[k]!))), 0);
    if (residual <= TOLERANCE) return { probabilities: at.probabilities, share: Math.exp(at.value) };
    const direction = newtonDirection(scaled, at, lambda, Math.min(residual, 1e-3));
    const next = descend(scaled, rows, { lambda, at, direction });
    // No step descends any more: rounding, at the optimum.
    if (next === undefined) return { probabilities: at.probabilities, share: Math.exp(at.value) };
    ({ lambda, at } = next);
  }
  throw new Error(`entropy pooling of ${views.length} views did not converge in ${MOST_STEPS} steps`);
}

function unitScale(a: Float64Array): Float64Array {
  const largest = a.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return largest === 0 ? a : a.map((one) => one / largest);
}

const bounded = ({ isEquality }: PooledView, lambda: number): number => (isEquality ? lambda : Math.max(0, lambda));

interface Point {
  readonly value: number;
  /** The views' means under the probabilities. */
  readonly gradient: readonly number[];
  readonly probabilities: Float64Array;
}

function evaluate(views: readonly PooledView[], rows: number, lambda: readonly number[]): Point {
  const probabilities = new Float64Array(rows);
  for (const [k, { a }] of views.entries()) for (let m = 0; m < rows; m++) probabilities[m]! += lambda[k]! * a[m]!;
  const most = probabilities.reduce((max, one) => Math.max(max, one), -Infinity);
  let total = 0;
  for (let m = 0; m < rows; m++) total += probabilities[m] = Math.exp(probabilities[m]! - most);
  for (let m = 0; m < rows; m++) probabilities[m]! /= total;
  const gradient = views.map(({ a }) => a.reduce((sum, one, m) => sum + probabilities[m]! * one, 0));
  return { value: most + Math.log(total / rows), gradient, probabilities };
}

/** Of the multipliers that are free; one at its bound, to which the gradient pushes it, moves by its own gradient. */
function newtonDirection(views: readonly PooledView[], at: Point, lambda: readonly number[], near: number): number[] {
  const { gradient, probabilities } = at;
  const isBound = views.map(({ isEquality }, k) => !isEquality && lambda[k]! <= near && gradient[k]! > 0);
  const hessian = views.map(({ a }, k) =>
    views.map(({ a: other }, l) => {
      if ((isBound[k] || isBound[l]) && k !== l) return 0;
      let sum = 0;
      for (let m = 0; m < a.length; m++) sum += probabilities[m]! * a[m]! * other[m]!;
      // The ridge decides where views say the same twice.
      return sum - gradient[k]! * gradient[l]! + (k === l ? 1e-12 : 0);
    }),
  );
  return solve(
    hessian,
    gradient.map((one) => -one),
  );
}

/** Gaussian elimination of a positive definite system. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, k) => [...row, right[k]!]);
  for (const [k, pivot] of rows.entries()) {
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / pivot[k]!;
      for (let l = k; l < row.length; l++) row[l]! -= factor * pivot[l]!;
    }
  }
  const x = right.map(() => 0);
  for (let k = rows.length - 1; k >= 0; k--) {
    const rest = x.reduce((sum, one, l) => (l > k ? sum + rows[k]![l]! * one : sum), 0);
    x[k] = (rows[k]!.at(-1)! - rest) / rows[k]![k]!;
  }
  return x;
}

interface Search {
  readonly lambda: readonly number[];
  readonly at: Point;
  readonly direction: readonly number[];
}

/** Armijo's rule along the projected direction. @returns undefined when no step is short enough */
function descend(views: readonly PooledView[], rows: number, { lambda, at, direction }: Search) {
  for (let size = 1; size > 1e-12; size /= 2) {
    const next = lambda.map((one, k) => bounded(views[k]!, one + size * direction[k]!));
    const expected = next.reduce((sum, one, k) => sum + at.gradient[k]! * (one - lambda[k]!), 0);
    const point = evaluate(views, rows, next);
    if (point.value <= at.value + 1e-4 * expected && expected < 0) return { lambda: next, at: point };
  }
  return undefined;
}
