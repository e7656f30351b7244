// The only definition of value-at-risk and CVaR. docs/mathematics.md, section 5.
import type { Matrix } from './types.ts';

/** The worst cases at a confidence. */
export interface Tail {
  /** (⌈k⌉) The rows of the worst losses, in no order. */
  readonly indices: Int32Array;
  /** (⌈k⌉) Their weights in the CVaR: 1/k, less for the last one, so that they sum to 1. */
  readonly weights: Float64Array;
  readonly valueAtRisk: number;
  readonly cvar: number;
}

/**
 * The number of cases in the tail, k = (1 − alpha) count, which need not be whole. A value that is whole except for
 * rounding, such as (1 − 0.95) · 10000, becomes whole, because ⌊k⌋ decides which loss is the value-at-risk.
 */
export function tailSize(count: number, alpha: number): number {
  const k = (1 - alpha) * count;
  const whole = Math.round(k);
  return Math.abs(k - whole) <= 1e-9 * whole ? whole : k;
}

/** The losses −C w of a portfolio: C (M, n), w (n) → (M). @param into if given, receives the losses */
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

/** As much as an answer usually needs: more is not held for ever. */
const SCRATCH_LENGTH = 2 ** 16;
/** Reused by every selection: copies of each portfolio's losses would be most of the garbage of a decision. */
let scratch = new Float64Array(0);

/** (M) → (M), a copy that no longer holds after another call of a function of this file. */
export function scratchCopy(losses: Float64Array): Float64Array {
  if (losses.length > SCRATCH_LENGTH) return losses.slice();
  if (scratch.length === 0) scratch = new Float64Array(SCRATCH_LENGTH);
  const copy = scratch.subarray(0, losses.length);
  copy.set(losses);
  return copy;
}

/** The (⌊k⌋ + 1)-th worst loss; for k < 1 the worst. Positive when money is lost. */
export function valueAtRisk(losses: Float64Array, alpha: number): number {
  return nthWorst(scratchCopy(losses), Math.floor(tailSize(losses.length, alpha)));
}

/**
 * The mean of the worst 1 − alpha of the losses, of which the last counts by its fraction (Rockafellar & Uryasev 2002,
 * on the empirical distribution). Positive when money is lost.
 */
export function cvar(losses: Float64Array, alpha: number): number {
  return riskOf(losses, alpha).cvar;
}

/** Both figures for the price of one. */
export function riskOf(losses: Float64Array, alpha: number): { readonly cvar: number; readonly valueAtRisk: number } {
  const atRisk = valueAtRisk(losses, alpha);
  return { cvar: cvarAbove(losses, atRisk, tailSize(losses.length, alpha)), valueAtRisk: atRisk };
}

/** The CVaR and the value-at-risk, and the standard error of the CVaR as an estimate (Trindade, Uryasev, Shapiro & Zrazhevsky 2007). */
export function cvarWithError(
  losses: Float64Array,
  alpha: number,
): { readonly cvar: number; readonly valueAtRisk: number; readonly error: number } {
  const atRisk = valueAtRisk(losses, alpha);
  const k = tailSize(losses.length, alpha);
  const average = cvarAbove(losses, atRisk, k);
  let squares = 0;
  for (let row = 0; row < losses.length; row++) if (losses[row]! > atRisk) squares += (losses[row]! - average) ** 2;
  const variance = squares / k + alpha * (average - atRisk) ** 2;
  return { cvar: average, valueAtRisk: atRisk, error: Math.sqrt(variance / k) };
}

/** The losses that determine the CVaR, with their weights. */
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

/** (M, n) → (n), each column's mean in the tail. */
export function tailMeans({ cols, data }: Matrix, { indices, weights }: Tail): Float64Array {
  const means = new Float64Array(cols);
  for (const [at, row] of indices.entries()) {
    for (let j = 0; j < cols; j++) means[j]! += weights[at]! * data[row * cols + j]!;
  }
  return means;
}

/** The minimum over t of t + (1/k) Σ max(loss − t, 0), which is attained at the value-at-risk. */
function cvarAbove(losses: Float64Array, atRisk: number, k: number): number {
  let excess = 0;
  for (let row = 0; row < losses.length; row++) if (losses[row]! > atRisk) excess += losses[row]! - atRisk;
  return atRisk + excess / k;
}

/** The element of rank `rank`, where 0 is the largest. Reorders `values`. */
export function nthWorst(values: Float64Array, rank: number): number {
  const at = values.length - 1 - rank;
  selectAscending(values, at, 0, values.length - 1);
  return values[at]!;
}

/** Moves the element that belongs at index `at` in ascending order to it (Floyd & Rivest 1975, algorithm 489). */
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

/** The range of a sample that very likely holds the wanted element, so that the pivot is close to it. */
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
