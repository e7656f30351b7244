import type { ChartDataset } from 'chart.js';
import { axisTitle, percentRange } from '../../charts/axes.ts';
import type { Scales, SeriesType } from '../../charts/spec.ts';
import { BARE, COLOURS } from '../../charts/theme.ts';
import { wholeNumber } from '../../format.ts';

/** Relative widths. QuickChart takes one configuration, so both panels share a canvas, with stacked axes side by side. */
export const PANELS = { weights: 1, result: 2 } as const;

/** The height of the highest bar, a share of all scenarios. */
export const peakOf = (bins: Histogram): number => Math.max(...bins.shares);

export function resultBars(bins: Histogram, valueAtRisk: number): ChartDataset<SeriesType> {
  const centres = bins.shares.map((_, i) => bins.from + (i + 0.5) * bins.width);
  const colour = (centre: number): string => {
    if (centre < -valueAtRisk) return COLOURS.tail;
    return centre < 0 ? COLOURS.loss : COLOURS.profit;
  };
  return {
    type: 'bar',
    label: 'share of scenarios',
    xAxisID: 'xResult',
    yAxisID: 'yShare',
    data: bins.shares.map((share, i) => ({ x: centres[i]!, y: share })),
    backgroundColor: centres.map(colour),
    borderColor: COLOURS.background,
    borderWidth: { left: 0.5, right: 0.5 },
    grouped: false,
    categoryPercentage: 1,
    barPercentage: 1,
  };
}

/** @param scenarios number of results in the histogram */
export const resultScales = (bins: Histogram, scenarios: number): Scales => ({
  xResult: {
    axis: 'x',
    type: 'linear',
    position: 'bottom',
    stack: 'bottom',
    stackWeight: PANELS.result,
    offset: false,
    ...percentRange(bins.from, bins.until, bins.until - bins.from < 0.07 ? 5 : 7),
    grid: { offset: false, color: COLOURS.grid },
    border: { color: COLOURS.muted },
    title: axisTitle(
      `result in ${wholeNumber(scenarios)} scenarios${bins.outside === 0 ? '' : ` (${wholeNumber(bins.outside)} off the scale)`}`,
    ),
  },
  yShare: {
    ...BARE,
    axis: 'y',
    type: 'linear',
    position: 'right',
    ...percentRange(0, peakOf(bins), 4),
    title: axisTitle('share of scenarios'),
  },
});

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

const WANTED_BINS = 40;
/** Shares of the values at either end that may be left out, so that a few extreme scenarios do not squeeze the rest. */
const OMITTED_SHARES = { low: 0.001, high: 0.005 } as const;
/** The narrowest range: a portfolio without any risk must still have a picture. */
const NARROWEST = 0.0005;

/**
 * About 25 to 60 bins over nearly all values and over `[include.low, include.high]`. `edge` falls between
 * two bins, and so does zero where the bins allow it.
 * @param values (M) at least one
 */
export function histogram(
  values: ArrayLike<number> & Iterable<number>,
  edge: number,
  include: { readonly low: number; readonly high: number },
): Histogram {
  const sorted = Float64Array.from(values).sort();
  const first = Math.floor(OMITTED_SHARES.low * sorted.length);
  const last = sorted.length - 1 - Math.floor(OMITTED_SHARES.high * sorted.length);
  const low = Math.min(sorted[first]!, edge, include.low) - NARROWEST / 2;
  const high = Math.max(sorted[last]!, edge, include.high) + NARROWEST / 2;
  const width = binWidth((high - low) / WANTED_BINS, edge);
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
    shares: counts.map((inBin) => inBin / values.length),
    outside,
  };
}

/** A width near `wanted` of which `edge` is a multiple, so that zero is an edge too; `wanted` if none is near. */
function binWidth(wanted: number, edge: number): number {
  const multiples = Math.floor(Math.abs(edge) / wanted + 0.3);
  return multiples === 0 ? wanted : Math.abs(edge) / multiples;
}
