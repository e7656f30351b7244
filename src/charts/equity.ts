// Growth of money by several ways to split it, above the drawdown of each.
import {
  axisTitle,
  monthsOf,
  NARROWEST_PROFITS,
  percentRange,
  profitRange,
  timeScales,
  type AxisRange,
} from './axes.ts';
import { endNames, labelScale } from './point-labels.ts';
import { picture, type ChartSeries, type ChartSpec, type PictureOptions, type Scales } from './spec.ts';
import { COLOURS, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from './theme.ts';

export interface CurveStyle {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
}

export interface EquityCurve extends Thinned {
  readonly name: string;
  readonly style: CurveStyle;
}

/** Shares of the height. */
const PANELS = { drawdown: 2, value: 5 } as const;

/** @param room the share of the width for the names at the ends of the curves */
export function equityPicture(
  curves: readonly EquityCurve[],
  { title, subtitle }: Pick<PictureOptions, 'title' | 'subtitle'>,
  room: number,
): ChartSpec {
  const [first] = curves;
  const months = first?.months ?? [0, 1];
  const range = profitRange(curves.flatMap(({ profits }) => profits));
  return picture({
    type: 'line',
    labels: months,
    datasets: curves.flatMap((curve) => [valueLine(curve), drawdownLine(curve)]),
    scales: {
      ...timeScales(months[0] ?? 0, months.at(-1) ?? 1, room),
      ...panelScales(range, curves),
      ...curveNameScales(curves, range, room),
    },
    title,
    subtitle,
    paddingLeft: 14,
  });
}

const lineOf = ({ name, style }: EquityCurve, data: readonly number[]): ChartSeries => ({
  data: [...data],
  type: 'line',
  label: name,
  xAxisID: 'xTime',
  borderColor: style.colour,
  borderWidth: style.width,
  borderDash: [...style.dash],
  pointRadius: 0,
});

const valueLine = (curve: EquityCurve): ChartSeries => ({ ...lineOf(curve, curve.profits), yAxisID: 'yValue' });

const drawdownLine = (curve: EquityCurve): ChartSeries => ({
  ...lineOf(curve, curve.drawdowns),
  yAxisID: 'yDrawdown',
  borderWidth: 2,
});

function panelScales({ from, until }: AxisRange, curves: readonly EquityCurve[]): Scales {
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

function curveNameScales(curves: readonly EquityCurve[], { from, until }: AxisRange, room: number): Scales {
  const height = (PLOT_HEIGHT * PANELS.value) / (PANELS.value + PANELS.drawdown);
  const labels = endNames(
    curves.map(({ name, style, profits }) => ({ text: name, colour: style.colour, value: profits.at(-1) ?? 0 })),
    {
      across: 1 - room + 0.01,
      from,
      until,
      rowHeight: ((until - from) * SIZES.label * LINE_HEIGHT) / height,
    },
  );
  return Object.fromEntries(labels.map((label, at) => [`xName${at}`, labelScale('yValue', label)]));
}

export interface Thinned {
  /** (P) in units of the time axis. */
  readonly months: readonly number[];
  /** (P) profit since the first day, a fraction, after costs. */
  readonly profits: readonly number[];
  /** (P) how far below the highest value so far: a fraction, 0 or negative. */
  readonly drawdowns: readonly number[];
}

interface DailyValues {
  /** (D) ISO days. */
  readonly dates: readonly string[];
  /** (D) The value of 1 invested. */
  readonly net: readonly number[];
  /** (D) How far each lies below the highest so far, as fractions. */
  readonly depths: readonly number[];
}

/** A picture is 1,350 pixels wide, and QuickChart takes 100 kB. */
const MOST_POINTS = 400;

/** One point per group of days, with its last value and its deepest drawdown, so that thinning hides no loss. */
export function thinned({ dates, net, depths }: DailyValues): Thinned {
  const every = Math.ceil(net.length / MOST_POINTS);
  // Counted from the end, so that the last day is a point; the first day is one too.
  const lasts = net.map((_, day) => day).filter((day) => day === 0 || (net.length - 1 - day) % every === 0);
  return {
    months: lasts.map((day) => rounded(monthsOf(dates[day] ?? ''), 2)),
    profits: lasts.map((day) => rounded((net[day] ?? 1) - 1, 4)),
    drawdowns: lasts.map((day) => rounded(-Math.max(...depths.slice(Math.max(0, day - every + 1), day + 1)), 4)),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;
