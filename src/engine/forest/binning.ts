import type { Matrix } from '../types.ts';

export const BINS = 64;

export interface Binned {
  /** (F, N) */
  readonly codes: Uint8Array;
  /** (F, BINS − 1) a value is in the first bin whose edge is not below it; missing edges are infinite. */
  readonly edges: Float64Array;
}

/** Bins of about equal numbers of rows. */
export function binned({ rows, cols, data }: Matrix): Binned {
  const codes = new Uint8Array(cols * rows);
  const edges = new Float64Array(cols * (BINS - 1)).fill(Infinity);
  for (let f = 0; f < cols; f += 1) {
    const values = Float64Array.from({ length: rows }, (_, i) => data[i * cols + f]!);
    const sorted = values.toSorted();
    const quantiles = Array.from({ length: BINS - 1 }, (_, b) => sorted[Math.floor(((b + 1) * rows) / BINS)]!);
    const own = [...new Set(quantiles)].filter((edge) => edge < sorted[rows - 1]!);
    edges.set(own, f * (BINS - 1));
    values.forEach((value, i) => {
      let [low, high] = [0, own.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (value <= own[middle]!) high = middle;
        else low = middle + 1;
      }
      codes[f * rows + i] = low;
    });
  }
  return { codes, edges };
}
