// The only definition of value-at-risk and CVaR. docs/mathematics.md, section 4.
import type { Matrix } from './types.ts';

/** The worst cases at one confidence. */
export interface Tail {
  /** (⌈k⌉) rows of the worst losses, in no order. */
  readonly indices: Int32Array;
  /** (⌈k⌉) what each counts for in the CVaR: 1/k, the last one only the fraction that is left; they sum to 1. */
  readonly weights: Float64Array;
  readonly valueAtRisk: number;
  readonly cvar: number;
}

/**
 * How many of `count` cases the tail holds: k = (1 − alpha) count, not whole in general. A value
 * that only floating point keeps from being whole, as (1 − 0.95) · 10000, is taken as whole:
 * ⌊k⌋ decides which loss is the value-at-risk.
 */
export function tailSize(count: number, alpha: number): number {
  const k = (1 - alpha) * count;
  const whole = Math.round(k);
  return Math.abs(k - whole) <= 1e-9 * whole ? whole : k;
}

/** Losses −C w of one portfolio. C (M, n), w (n) → (M), written into `into` when it is given. */
export function portfolioLosses(
  scenarios: Matrix,
  weights: ArrayLike<number>,
  into: Float64Array = new Float64Array(scenarios.rows),
): Float64Array {
  const { rows, cols, data } = scenarios;
  const w = Float64Array.from(weights);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let col = 0; col < cols; col++) sum += data[at++]! * w[col]!;
    into[row] = -sum;
  }
  return into;
}

/** The (⌊k⌋ + 1)-th worst loss; the worst one when k < 1. Positive when money is lost. */
export function valueAtRisk(losses: Float64Array, alpha: number): number {
  return nthWorst(losses.slice(), Math.floor(tailSize(losses.length, alpha)));
}

/**
 * The mean of the worst 1 − alpha of the losses, the last of them counted by its fraction
 * (Rockafellar & Uryasev 2002, on the empirical distribution). Positive when money is lost.
 */
export function cvar(losses: Float64Array, alpha: number): number {
  return cvarAbove(losses, valueAtRisk(losses, alpha), tailSize(losses.length, alpha));
}

/** The losses that make the CVaR, and how much each counts. */
export function tail(losses: Float64Array, alpha: number): Tail {
  const k = tailSize(losses.length, alpha);
  const atRisk = valueAtRisk(losses, alpha);
  const indices = new Int32Array(Math.min(Math.ceil(k), losses.length));
  const weights = new Float64Array(indices.length).fill(1 / k);
  let size = 0;
  for (let row = 0; row < losses.length; row++) if (losses[row]! > atRisk) indices[size++] = row;
  for (let row = 0; size < indices.length && row < losses.length; row++) {
    if (losses[row] === atRisk) indices[size++] = row;
  }
  weights[size - 1] = (k - size + 1) / k;
  return { indices, weights, valueAtRisk: atRisk, cvar: cvarAbove(losses, atRisk, k) };
}

/** min over t of t + (1/k) Σ max(loss − t, 0), which the value-at-risk attains. */
function cvarAbove(losses: Float64Array, atRisk: number, k: number): number {
  let excess = 0;
  for (let row = 0; row < losses.length; row++) if (losses[row]! > atRisk) excess += losses[row]! - atRisk;
  return atRisk + excess / k;
}

/** The element that `rank` others (from 0) are at least as large as. Reorders `values`. */
export function nthWorst(values: Float64Array, rank: number): number {
  const at = values.length - 1 - rank;
  selectAscending(values, at, 0, values.length - 1);
  return values[at]!;
}

/** Puts what belongs at `at` in ascending order there (Floyd & Rivest 1975, algorithm 489). */
function selectAscending(a: Float64Array, at: number, from: number, to: number): void {
  let left = from;
  let right = to;
  while (right > left) {
    if (right - left > 600) {
      const [sampleLeft, sampleRight] = sampleRange(at, left, right);
      selectAscending(a, at, sampleLeft, sampleRight);
    }
    const pivot = a[at]!;
    let i = left;
    let j = right;
    swap(a, left, at);
    if (a[right]! > pivot) swap(a, left, right);
    while (i < j) {
      swap(a, i++, j--);
      while (a[i]! < pivot) i++;
      while (a[j]! > pivot) j--;
    }
    if (a[left] === pivot) swap(a, left, j);
    else swap(a, ++j, right);
    if (j <= at) left = j + 1;
    if (at <= j) right = j - 1;
  }
}

/** Where a sample lies that very likely holds the wanted element, so that its pivot splits close to it. */
function sampleRange(at: number, left: number, right: number): [number, number] {
  const n = right - left + 1;
  const rank = at - left + 1;
  const size = 0.5 * Math.exp((2 * Math.log(n)) / 3);
  const spread = 0.5 * Math.sqrt((Math.log(n) * size * (n - size)) / n) * Math.sign(rank - n / 2);
  return [
    Math.max(left, Math.floor(at - (rank * size) / n + spread)),
    Math.min(right, Math.floor(at + ((n - rank) * size) / n + spread)),
  ];
}

function swap(a: Float64Array, i: number, j: number): void {
  const kept = a[i]!;
  a[i] = a[j]!;
  a[j] = kept;
}
