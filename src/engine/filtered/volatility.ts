// The volatility filter: daily variances by an asymmetric GARCH recursion (Glosten, Jagannathan & Runkle 1993) with one
// set of constants for all assets, and the returns divided by them. docs/mathematics.md, section 3.
import { mean } from '../statistics.ts';
import type { Matrix } from '../types.ts';

/** The days before the window, at most, on which the recursion warms up. */
export const WARM_UP_DAYS = 250;

/** Of the recursion and of what surrounds it. Measured on development years only, for all assets together. */
export const VOLATILITY = {
  /** v₊ = base ℓ + persistence v + (shock + leverage·1[r < 0]) r² */
  base: 0.0125,
  persistence: 0.935,
  shock: 0.03,
  leverage: 0.045,
  /** r² counts as at most so many times v. */
  shockCap: 100,
  /** v is at least this share of ℓ: an asset that happens to be calm is not safe. */
  floor: 0.2,
  /** ℓ counts returns up to so many deviations. */
  longRunClip: 8,
  residualClip: 10,
  /** The share of ℓ in the variance that paths start from. */
  blend: 0.25,
} as const;

/** (n) each, daily. */
export interface FilteredReturns {
  /** (L, n) z = r / √v, centred, clipped and of deviation 1; a row is a day of the window. */
  readonly residuals: Matrix;
  /** (L, n) v, each before the day's return is known. */
  readonly variances: Matrix;
  /** v of the day after the last. */
  readonly nextVariance: Float64Array;
  /** ℓ, the long-run variance. */
  readonly longRunVariance: Float64Array;
  /** By which residuals were divided after standardisation. */
  readonly residualScale: Float64Array;
}

/** Daily returns to filter. */
export interface FilterInput {
  /** (T, n) daily returns: the warm-up, then the window. */
  readonly returns: Matrix;
  /** L, the days of the window, at most T. */
  readonly window: number;
  /** The last days of the window, over which ℓ is measured; absent: all. */
  readonly longRunDays?: number | undefined;
  /** (T, n) 1 for a return that is no observation: its variance stays as it was, and its residual is 0. */
  readonly stale?: Uint8Array | undefined;
  /** (T, n) what is subtracted from each return before it is divided by its deviation; absent: nothing. */
  readonly predictions?: Float64Array | undefined;
}

/** Filters each asset by itself. */
export function filterReturns({
  returns,
  window,
  longRunDays = window,
  stale,
  predictions,
}: FilterInput): FilteredReturns {
  const { rows, cols, data } = returns;
  const first = rows - window;
  const residuals = new Float64Array(window * cols);
  const variances = new Float64Array(window * cols);
  const perAsset = () => new Float64Array(cols);
  const [nextVariance, longRunVariance, residualScale] = [perAsset(), perAsset(), perAsset()];
  for (let j = 0; j < cols; j += 1) {
    const isObserved = (t: number): boolean => stale?.[t * cols + j] !== 1;
    const recent = observed(data, cols, j, Math.max(first, rows - longRunDays), isObserved);
    // Of a price that has stood still for all of these days, earlier ones tell.
    const longRun = longRunVarianceOf(recent.length > 0 ? recent : observed(data, cols, j, first, isObserved));
    let variance = longRun;
    for (let t = 0; t < rows; t += 1) {
      const [at, r] = [(t - first) * cols + j, data[t * cols + j]!];
      if (t >= first) {
        variances[at] = variance;
        residuals[at] = isObserved(t) ? (r - (predictions?.[t * cols + j] ?? 0)) / Math.sqrt(variance) : Number.NaN;
      }
      if (isObserved(t)) variance = nextOf(variance, r, longRun);
    }
    nextVariance[j] = variance;
    longRunVariance[j] = longRun;
    residualScale[j] = standardiseColumn(residuals, cols, j);
  }
  const matrix = (values: Float64Array): Matrix => ({ rows: window, cols, data: values });
  return {
    residuals: matrix(residuals),
    variances: matrix(variances),
    nextVariance,
    longRunVariance,
    residualScale,
  };
}

function observed(data: Float64Array, cols: number, j: number, first: number, isObserved: (t: number) => boolean) {
  const values: number[] = [];
  for (let t = first; t * cols < data.length; t += 1) if (isObserved(t)) values.push(data[t * cols + j]!);
  return values;
}

/** ℓ, the mean of the squared returns, each clipped. Not 0, so that a constant price divides by something. */
function longRunVarianceOf(returns: readonly number[]): number {
  const average = mean(returns);
  const most = VOLATILITY.longRunClip ** 2 * mean(returns.map((r) => (r - average) ** 2));
  return Math.max(mean(returns.map((r) => Math.min(r * r, most))), LEAST_VARIANCE);
}

/** Of cash, whose returns hardly vary: a deviation of a hundredth of a basis point. */
const LEAST_VARIANCE = 1e-12;

function nextOf(variance: number, r: number, longRun: number): number {
  const { base, persistence, shock, leverage, shockCap, floor } = VOLATILITY;
  const square = Math.min(r * r, shockCap * variance);
  return Math.max(floor * longRun, base * longRun + persistence * variance + (shock + (r < 0 ? leverage : 0)) * square);
}

/**
 * Centres a column, clips it and scales it to deviation 1. NaN stands for no observation and becomes 0.
 * @returns the scale it was divided by
 */
function standardiseColumn(residuals: Float64Array, cols: number, j: number): number {
  const { residualClip: clip } = VOLATILITY;
  const known: number[] = [];
  for (let at = j; at < residuals.length; at += cols) if (!Number.isNaN(residuals[at]!)) known.push(residuals[at]!);
  const centre = mean(known);
  const clipped = known.map((z) => Math.max(-clip, Math.min(clip, z - centre)));
  const average = mean(clipped);
  const deviation = Math.sqrt(mean(clipped.map((z) => (z - average) ** 2)));
  const scale = deviation > 0 ? deviation : 1;
  for (let at = j, k = 0; at < residuals.length; at += cols) {
    residuals[at] = Number.isNaN(residuals[at]!) ? 0 : clipped[k++]! / scale;
  }
  return scale;
}

/** What paths start from and are driven by, in the units in which residuals have deviation 1. (n) each. */
export function recursionOf({ nextVariance, longRunVariance, residualScale }: FilteredReturns): {
  /** v₀ */
  readonly startVariance: Float64Array;
  /** The constant term. */
  readonly recursionBase: Float64Array;
} {
  const { base, blend } = VOLATILITY;
  return {
    startVariance: nextVariance.map((v, j) => (1 - blend) * v * residualScale[j]! ** 2 + blend * longRunVariance[j]!),
    recursionBase: longRunVariance.map((longRun, j) => base * longRun * residualScale[j]! ** 2),
  };
}
