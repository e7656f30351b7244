import { mean } from './statistics.ts';

/**
 * The t-statistic of the mean of a series whose neighbours may depend on each other (Newey & West 1987), with Bartlett
 * weights.
 *
 * @param values in the order of time
 * @param lags how many neighbours on either side
 * @returns undefined for fewer than two values, or values that do not vary
 */
export function neweyWestT(values: readonly number[], lags: number): number | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const average = mean(values);
  const deviations = values.map((value) => value - average);
  const covariance = (lag: number): number =>
    deviations.slice(lag).reduce((sum, one, t) => sum + one * deviations[t]!, 0) / n;
  let variance = covariance(0);
  for (let lag = 1; lag <= Math.min(lags, n - 1); lag += 1) variance += 2 * (1 - lag / (lags + 1)) * covariance(lag);
  return variance > 0 ? average / Math.sqrt(variance / n) : undefined;
}
