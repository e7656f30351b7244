// What each asset can be expected to earn before any forecast: a level for the whole market, shrunk towards a prior, and
// more for assets that vary more. docs/mathematics.md, section 4.
import { MEASURED_DAYS } from '../history.ts';
import type { Matrix } from '../types.ts';

/** Of a month of equal weights: 0.7 %, give or take 0.35 %. */
const PRIOR = { monthsPerYear: 12, mean: 0.007, deviation: 0.0035 };
/** The days over which an asset's deviation is measured. */
export const DEVIATION_DAYS = 1000;

/**
 * m₀, the daily mean of equal weights, its sample mean over at most MEASURED_DAYS days weighted against the prior.
 * @param returns (T, n) daily
 */
export function marketLevel({ rows, cols, data }: Matrix, periodsPerYear: number): number {
  const days = Math.min(rows, MEASURED_DAYS);
  const equal = new Float64Array(days);
  for (let t = 0; t < days; t += 1) {
    let sum = 0;
    for (let j = 0, at = (rows - days + t) * cols; j < cols; j += 1) sum += data[at + j]!;
    equal[t] = sum / cols;
  }
  const mean = equal.reduce((sum, r) => sum + r, 0) / days;
  const variance = equal.reduce((sum, r) => sum + (r - mean) ** 2, 0) / days;
  const month = periodsPerYear / PRIOR.monthsPerYear;
  const [prior, deviation] = [PRIOR.mean / month, PRIOR.deviation / month];
  // Of no variance, as in a market of cash, the sample says all.
  const precision = variance > 0 ? days / variance : Number.MAX_VALUE;
  return (mean * precision + prior / deviation ** 2) / (precision + 1 / deviation ** 2);
}

/** (n) half the level, and half in proportion to its deviation. */
export function baseMeans(level: number, deviations: Float64Array): Float64Array {
  const average = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
  return deviations.map((one) => (average > 0 ? level * (0.5 + (0.5 * one) / average) : level));
}
