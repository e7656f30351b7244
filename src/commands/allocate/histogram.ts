export interface Histogram {
  /** Left edge of the first bin. */
  readonly from: number;
  /** Right edge of the last bin. */
  readonly until: number;
  readonly width: number;
  /** Share of all values in each bin; a bin holds its left edge. */
  readonly shares: readonly number[];
  /** How many values lie before `from` or after `until`. */
  readonly outside: number;
}

const wantedBins = 40;
/** Of the values at either end that may be left out, so that a few wild scenarios do not squeeze all others. */
const leftOut = { low: 0.001, high: 0.005 } as const;
/** A range is never narrower, or a portfolio without any risk would have no picture. */
const narrowest = 0.0005;

/**
 * About 25 to 60 bins over nearly all values and over `[include.low, include.high]`. `edge` falls between
 * two bins, and so does zero where the bins allow it.
 * @param values (M) at least one
 */
export const histogram = (
  values: ArrayLike<number> & Iterable<number>,
  edge: number,
  include: { readonly low: number; readonly high: number },
): Histogram => {
  const sorted = Float64Array.from(values).sort();
  const first = Math.floor(leftOut.low * sorted.length);
  const last = sorted.length - 1 - Math.floor(leftOut.high * sorted.length);
  const low = Math.min(sorted[first]!, edge, include.low) - narrowest / 2;
  const high = Math.max(sorted[last]!, edge, include.high) + narrowest / 2;
  const width = binWidth((high - low) / wantedBins, edge);
  const firstBin = Math.floor((low - edge) / width);
  const bins = Math.floor((high - edge) / width) - firstBin + 1;
  const counts = Array.from({ length: bins }, () => 0);
  let outside = 0;
  for (const value of values) {
    const bin = Math.floor((value - edge) / width) - firstBin;
    if (bin >= 0 && bin < bins) counts[bin]! += 1;
    else outside += 1;
  }
  return {
    from: edge + firstBin * width,
    until: edge + (firstBin + bins) * width,
    width,
    shares: counts.map((count) => count / values.length),
    outside,
  };
};

/** A width near `wanted` of which `edge` is a multiple, so that zero is an edge too; `wanted` if none is near. */
const binWidth = (wanted: number, edge: number): number => {
  const multiples = Math.floor(Math.abs(edge) / wanted + 0.3);
  return multiples === 0 ? wanted : Math.abs(edge) / multiples;
};
