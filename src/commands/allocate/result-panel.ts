// Pure: the right panel of an allocation's picture: the distribution of its result.

import type { ChartDataset } from 'chart.js';
import { axisTitle, percentRange } from '../../charts/axes.ts';
import type { Histogram } from './histogram.ts';
import type { Scales, SeriesType } from '../../charts/spec.ts';
import { bare, colours, count } from '../../charts/theme.ts';

/** Both panels share one canvas, since QuickChart takes one configuration: axes of a stack lie side by side, this wide. */
export const panels = { weights: 1, result: 2 } as const;

/** The highest bar, a share of all scenarios. */
export const peakOf = (bins: Histogram): number => Math.max(...bins.shares);

export const resultBars = (bins: Histogram, valueAtRisk: number): ChartDataset<SeriesType> => {
  const centres = bins.shares.map((_, i) => bins.from + (i + 0.5) * bins.width);
  const colour = (centre: number): string => {
    if (centre < -valueAtRisk) return colours.tail;
    return centre < 0 ? colours.loss : colours.profit;
  };
  return {
    type: 'bar',
    label: 'share of scenarios',
    xAxisID: 'xResult',
    yAxisID: 'yShare',
    data: bins.shares.map((share, i) => ({ x: centres[i]!, y: share })),
    backgroundColor: centres.map(colour),
    borderColor: colours.background,
    borderWidth: { left: 0.5, right: 0.5 },
    grouped: false,
    categoryPercentage: 1,
    barPercentage: 1,
  };
};

/** @param scenarios how many results the histogram was made of */
export const resultScales = (bins: Histogram, scenarios: number): Scales => ({
  xResult: {
    axis: 'x',
    type: 'linear',
    position: 'bottom',
    stack: 'bottom',
    stackWeight: panels.result,
    offset: false,
    ...percentRange(bins.from, bins.until, bins.until - bins.from < 0.07 ? 5 : 7),
    grid: { offset: false, color: colours.grid },
    border: { color: colours.muted },
    title: axisTitle(
      `result in ${count(scenarios)} scenarios${bins.outside === 0 ? '' : ` (${count(bins.outside)} off the scale)`}`,
    ),
  },
  yShare: {
    ...bare,
    axis: 'y',
    type: 'linear',
    position: 'right',
    ...percentRange(0, peakOf(bins), 4),
    title: axisTitle('share of scenarios'),
  },
});
