// Proper scores of a sample of forecasts, of which lower is better, and the paired test of two models.
import type { Matrix } from '../src/engine/types.ts';

/** Continuous ranked probability score, E|X − y| − E|X − X′| / 2 (Gneiting and Raftery 2007). @param sample (M) */
export function crps(sample: Float64Array, actual: number): number {
  const sorted = sample.toSorted();
  const count = sorted.length;
  let [distance, spread] = [0, 0];
  sorted.forEach((x, i) => {
    distance += Math.abs(x - actual);
    spread += (2 * i + 1 - count) * x;
  });
  return distance / count - spread / count ** 2;
}

/** The energy score: the same with the Euclidean norm. @param actual (n) */
export function energyScore({ rows, cols, data }: Matrix, actual: readonly number[]): number {
  let [distance, spread] = [0, 0];
  for (let a = 0; a < rows; a += 1) {
    distance += norm(cols, (j) => data[a * cols + j]! - actual[j]!);
    for (let b = 0; b < a; b += 1) spread += norm(cols, (j) => data[a * cols + j]! - data[b * cols + j]!);
  }
  return distance / rows - spread / rows ** 2;
}

function norm(length: number, at: (j: number) => number): number {
  let sum = 0;
  for (let j = 0; j < length; j += 1) sum += at(j) ** 2;
  return Math.sqrt(sum);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of a − b, its standard error, and its t with length − 1 degrees of freedom. */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
): { readonly difference: number; readonly error: number; readonly t: number } {
  const differences = a.map((value, i) => value - b[i]!);
  const difference = mean(differences);
  const variance = differences.reduce((sum, d) => sum + (d - difference) ** 2, 0) / (differences.length - 1);
  const error = Math.sqrt(variance / differences.length);
  return { difference, error, t: difference / error };
}
