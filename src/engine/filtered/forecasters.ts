// What ranks assets by the return to come, at any day of a history, from the days until then.
import type { Matrix } from '../types.ts';
import { DEVIATION_DAYS } from './mean.ts';

/** Scores the assets after day `row`, of which it is the last seen; divided by their deviations. */
export interface Forecaster {
  readonly id: 'momentum' | 'trailing-mean' | 'lstm';
  /** @returns (n); undefined where it has no forecast */
  scores(row: number): Float64Array | undefined;
}

/** Means and deviations of returns over any days, by running sums. */
export class RunningMoments {
  readonly #cols: number;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  /** @param returns (T, n) daily; the return of row t ends on the price of row t + 1 */
  constructor({ rows, cols, data }: Matrix) {
    this.#cols = cols;
    this.#sums = new Float64Array((rows + 1) * cols);
    this.#squares = new Float64Array((rows + 1) * cols);
    for (let at = 0; at < data.length; at += 1) {
      this.#sums[at + cols] = this.#sums[at]! + data[at]!;
      this.#squares[at + cols] = this.#squares[at]! + data[at]! ** 2;
    }
  }

  /** @returns (n) each, over the DEVIATION_DAYS returns until the price of `row`, or all there are */
  until(row: number): { readonly means: Float64Array; readonly deviations: Float64Array } {
    const from = Math.max(0, row - DEVIATION_DAYS);
    const over = (sums: Float64Array, j: number): number =>
      (sums[row * this.#cols + j]! - sums[from * this.#cols + j]!) / (row - from);
    const means = Float64Array.from({ length: this.#cols }, (_, j) => over(this.#sums, j));
    const deviations = means.map((mean, j) => Math.sqrt(Math.max(0, over(this.#squares, j) - mean ** 2)));
    return { means, deviations };
  }
}

/** Of days in a year and in a month. */
export interface CalendarDays {
  readonly year: number;
  readonly month: number;
}

export const calendarDays = (periodsPerYear: number): CalendarDays => ({
  year: periodsPerYear,
  month: Math.max(1, Math.round(periodsPerYear / 12)),
});

/** The return of the year before the last month (Jegadeesh & Titman 1993). @param closes (T, n) */
export function momentum(
  closes: readonly (readonly number[])[],
  moments: RunningMoments,
  { year, month }: CalendarDays,
): Forecaster {
  return {
    id: 'momentum',
    scores(row) {
      const [before, after] = [closes[row - year], closes[row - month]];
      if (before === undefined || after === undefined) return undefined;
      return moments.until(row).deviations.map((one, j) => ratio(after[j]! / before[j]! - 1, one));
    },
  };
}

export function trailingMean(moments: RunningMoments): Forecaster {
  return {
    id: 'trailing-mean',
    scores(row) {
      const { means, deviations } = moments.until(row);
      return means.map((mean, j) => ratio(mean, deviations[j]!));
    },
  };
}

/** 0 for an asset that does not move. */
export const ratio = (value: number, deviation: number): number => (deviation > 0 ? value / deviation : 0);
