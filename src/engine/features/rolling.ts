// Figures of the last days, each from values up to its day alone. NaN where a day has too few before it.

/** @param values (T). @returns (T) the mean of the last `days` of them */
export function rollingMean(values: Float64Array, days: number): Float64Array {
  const known = firstKnown(values);
  let sum = 0;
  return values.map((value, t) => {
    if (t < known) return NaN;
    sum += value - (t - days >= known ? values[t - days]! : 0);
    return t - days + 1 >= known ? sum / days : NaN;
  });
}

/** @param values (T). @returns (T) their standard deviation over the last `days` */
export function rollingDeviation(values: Float64Array, days: number): Float64Array {
  const means = rollingMean(values, days);
  return means.map((mean, t) => {
    let sum = 0;
    for (let i = t - days + 1; i <= t; i += 1) sum += (values[i]! - mean) ** 2;
    return Math.sqrt(sum / (days - 1));
  });
}

/** @returns (T) the largest of the last `days` values */
export const rollingMax = (values: Float64Array, days: number): Float64Array =>
  values.map((_, t) => (t + 1 < days ? NaN : Math.max(...values.subarray(t + 1 - days, t + 1))));

/** The first day with a value. */
const firstKnown = (values: Float64Array): number => values.findIndex((value) => !Number.isNaN(value));
