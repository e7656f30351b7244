import { mean } from '../statistics.ts';

/**
 * The mean block length of the stationary bootstrap for a series, by Politis & White (2004) as corrected by Patton,
 * Politis & White (2009): the longer its neighbours depend on each other, the longer the blocks.
 * @param values (T) in the order of time
 * @returns from 1 to about 3 √T
 */
export function blockLength(values: readonly number[]): number {
  const n = values.length;
  const average = mean(values);
  const deviations = Float64Array.from(values, (value) => value - average);
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < n; t += 1) sum += deviations[t]! * deviations[t - lag]!;
    return sum / n;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return 1;
  const run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const most = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + run);
  const covariances = Array.from({ length: most + 1 }, (_, lag) => covariance(lag));
  const lags = Math.min(2 * Math.max(1, lastDependent(covariances, n, run)), most);
  let [spectrum, weighted] = [variance, 0];
  for (let lag = 1; lag <= lags; lag += 1) {
    const part = 2 * flatTop(lag / lags) * covariances[lag]!;
    spectrum += part;
    weighted += lag * part;
  }
  const length = Math.cbrt((weighted / spectrum) ** 2 * n);
  return Math.min(Math.max(1, length), Math.ceil(Math.min(3 * Math.sqrt(n), n / 3)));
}

/** The lag after which `run` autocorrelations in a row are what chance gives. */
function lastDependent(covariances: readonly number[], n: number, run: number): number {
  const least = 2 * Math.sqrt(Math.log10(n) / n) * covariances[0]!;
  let calm = 0;
  for (let lag = 1; lag < covariances.length; lag += 1) {
    calm = Math.abs(covariances[lag]!) < least ? calm + 1 : 0;
    if (calm === run) return lag - run;
  }
  return covariances.length - 1 - calm;
}

const flatTop = (x: number): number => (x <= 0.5 ? 1 : 2 * (1 - x));
