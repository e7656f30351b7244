// Growth of money under some of the limits and the benchmarks, above the drawdown of each.

import {
  axisTitle,
  NARROWEST_PROFITS,
  percentRange,
  profitRange,
  timeScales,
  type AxisRange,
} from '../../charts/axes.ts';
import { percent, shorten } from '../../format.ts';
import { periodOf, type BacktestChartInput } from './rules.ts';
import { curvesOf, type Curve } from './equity-curves.ts';
import { subtitleOf } from '../question.ts';
import { endNames, labelScale } from '../../charts/point-labels.ts';
import { picture, type ChartSpec, type Scales, type ChartSeries } from '../../charts/spec.ts';
import { COLOURS, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';

/** Shares of the height. */
const PANELS = { drawdown: 2, value: 5 } as const;
/** Share of the width, for the names at the ends of the curves. */
const ROOM_FOR_NAMES = 0.18;

export function backtestEquityChart(input: BacktestChartInput): ChartSpec {
  const curves = curvesOf(input);
  const [first] = curves;
  const months = first?.months ?? [0, 1];
  const range = profitRange(curves.flatMap(({ profits }) => profits));
  return picture({
    type: 'line',
    labels: months,
    datasets: curves.flatMap((curve) => [valueLine(curve), drawdownLine(curve)]),
    scales: {
      ...timeScales(months[0] ?? 0, months.at(-1) ?? 1, ROOM_FOR_NAMES),
      ...panelScales(range, curves),
      ...nameScales(curves, range),
    },
    title: `What the money became · ${shorten(input.label, 22)}`,
    subtitle: subtitleOf(
      input.asked,
      `New weights every ${days(input.horizonDays)}, ${costs(input)} · ${periodOf(input.result)}`,
    ),
    paddingLeft: 14,
  });
}

const days = (count: number): string => (count === 1 ? 'day' : `${count} days`);

const costs = ({ costBps }: BacktestChartInput): string =>
  costBps === 0 ? 'without costs' : `after costs of ${percent(costBps / 10_000)}`;

const lineOf = ({ name, style }: Curve, data: readonly number[]): ChartSeries => ({
  data: [...data],
  type: 'line',
  label: name,
  xAxisID: 'xTime',
  borderColor: style.colour,
  borderWidth: style.width,
  borderDash: [...style.dash],
  pointRadius: 0,
});

const valueLine = (curve: Curve): ChartSeries => ({ ...lineOf(curve, curve.profits), yAxisID: 'yValue' });

const drawdownLine = (curve: Curve): ChartSeries => ({
  ...lineOf(curve, curve.drawdowns),
  yAxisID: 'yDrawdown',
  borderWidth: 2,
});

function panelScales({ from, until }: AxisRange, curves: readonly Curve[]): Scales {
  const deepest = Math.min(-NARROWEST_PROFITS, ...curves.flatMap(({ drawdowns }) => drawdowns));
  const panel = { axis: 'y', type: 'linear', position: 'left', stack: 'left', offset: false } as const;
  const lines = { grid: { color: COLOURS.grid }, border: { display: false } } as const;
  // The first axis of a stack is the lowest.
  return {
    yDrawdown: {
      ...panel,
      ...lines,
      stackWeight: PANELS.drawdown,
      // Room above zero, or its label would touch the upper panel's.
      ...percentRange(1.05 * deepest, -0.15 * deepest, 4),
      title: axisTitle('drawdown'),
    },
    yValue: {
      ...panel,
      ...lines,
      stackWeight: PANELS.value,
      ...percentRange(from, until, 6),
      title: axisTitle('profit since the start'),
    },
  };
}

function nameScales(curves: readonly Curve[], { from, until }: AxisRange): Scales {
  const height = (PLOT_HEIGHT * PANELS.value) / (PANELS.value + PANELS.drawdown);
  const labels = endNames(
    curves.map(({ name, style, profits }) => ({ text: name, colour: style.colour, value: profits.at(-1) ?? 0 })),
    {
      across: 1 - ROOM_FOR_NAMES + 0.01,
      from,
      until,
      rowHeight: ((until - from) * SIZES.label * LINE_HEIGHT) / height,
    },
  );
  return Object.fromEntries(labels.map((label, at) => [`xName${at}`, labelScale('yValue', label)]));
}
