// Pure: the right panel of an allocation's picture: the distribution of its result.

import type { ChartDataset } from 'chart.js';
import type { Histogram } from './histogram.ts';
import type { Scales, SeriesType } from './spec.ts';
import { bare, colours, count, font, sizes } from './theme.ts';

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

const axisTitle = (text: string) => ({ display: true, text, color: colours.muted, font: font(sizes.note) });

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

/** An axis that holds fractions and shows percent, in at most `mostSteps` round steps. */
const percentRange = (min: number, max: number, mostSteps: number) => {
  const step = roundStep((max - min) / mostSteps);
  const steps = (max - min) / step;
  const maximumFractionDigits = Math.max(0, -Math.floor(Math.log10(step * 100)));
  return {
    min,
    // Where a whole number of steps fits, Chart.js would count them from `min` and not from zero.
    max: Math.abs(steps - Math.round(steps)) < 0.02 ? max + step / 20 : max,
    ticks: {
      // Chart.js misjudges the room of an axis in a stack, so it must not skip ticks.
      autoSkip: false,
      stepSize: step,
      includeBounds: false,
      maxRotation: 0,
      color: colours.text,
      font: font(sizes.label),
      format: { style: 'percent', minimumFractionDigits: 0, maximumFractionDigits },
    },
  } as const;
};

/** The smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is not below `least`. */
const roundStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
};
