// The errors of days on which an asset stood still say nothing about its risk, but those of the other assets do.
import type { Matrix } from '../types.ts';
import type { Block, Scaling, StandardisedReturns } from './blocks.ts';

interface StaleErrors {
  /** (to − from, n) the errors of the block. */
  readonly residuals: Matrix;
  readonly block: Block;
  readonly series: StandardisedReturns;
  readonly scaling: Scaling;
  /** (T, n) 1 for a return that is no observation. */
  readonly stale: Uint8Array;
}

/**
 * Replaces the error of an asset on a stale day by its own of the day, from the whole series, on which the other assets
 * moved most alike (nearest-neighbour hot deck). Their errors stay as they are, and so does how all move together. Of a
 * day without a recorded error, the deviation from the mean stands for it.
 * @returns (to − from, n)
 */
export function imputeStale(errors: StaleErrors): Matrix {
  const { residuals, block, series, scaling, stale } = errors;
  const { data: z, cols } = series;
  const data = residuals.data.slice();
  for (let t = block.from; t < block.to; t += 1) {
    for (let j = 0; j < cols; j += 1) {
      if (stale[t * cols + j] !== 1) continue;
      const donor = mostAlike({ z, cols, stale, days: block.to }, t, j);
      const isRecorded = donor >= block.from;
      data[(t - block.from) * cols + j] = isRecorded
        ? residuals.data[(donor - block.from) * cols + j]!
        : z[donor * cols + j]! * scaling.deviations[j]!;
    }
  }
  return { ...residuals, data };
}

/**
 * The same for standardised residuals of a whole series.
 * @param stale (L, n) 1 for a return that is no observation
 * @returns (L, n)
 */
export function imputeResiduals(residuals: Matrix, stale: Uint8Array): Matrix {
  const { rows, cols, data: z } = residuals;
  const data = z.slice();
  const series = { z, cols, stale, days: rows };
  stale.forEach((mark, at) => {
    if (mark !== 1) return;
    const j = at % cols;
    data[at] = z[mostAlike(series, (at - j) / cols, j) * cols + j]!;
  });
  return { ...residuals, data };
}

interface ObservedSeries {
  /** (T, n) standardised */
  readonly z: ArrayLike<number>;
  readonly cols: number;
  readonly stale: Uint8Array;
  /** Days from here on are no choice. */
  readonly days: number;
}

/** The day on which asset j was observed and the others moved most as on day t. Of equal days the newest. */
function mostAlike({ z, cols, stale, days }: ObservedSeries, t: number, j: number): number {
  let [nearest, least] = [t, Infinity];
  for (let s = days - 1; s >= 0; s -= 1) {
    if (stale[s * cols + j] === 1) continue;
    let [distance, compared] = [0, 0];
    for (let k = 0; k < cols; k += 1) {
      if (k === j || stale[t * cols + k] === 1 || stale[s * cols + k] === 1) continue;
      distance += (z[t * cols + k]! - z[s * cols + k]!) ** 2;
      compared += 1;
    }
    const mean = compared === 0 ? Number.MAX_VALUE : distance / compared;
    if (mean < least) [nearest, least] = [s, mean];
  }
  return nearest;
}
