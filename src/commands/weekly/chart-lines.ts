// Lines over the weeks of a study, and their names.
import { monthsOf, type AxisRange } from '../../charts/axes.ts';
import { endNames, labelScale } from '../../charts/point-labels.ts';
import type { ChartSeries, Scales } from '../../charts/spec.ts';
import { COLOURS, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';
import type { WeeklyStudyAnswer } from '../../engine-service/weekly-study.ts';
import { shorten } from '../../format.ts';

/** Share of the width, for the names at the right. */
export const ROOM_FOR_NAMES = 0.17;

export const AXIS = {
  axis: 'y',
  type: 'linear',
  position: 'left',
  offset: false,
  grid: { color: COLOURS.grid },
} as const;

export interface ChartLine {
  readonly name: string;
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
  /** Fractions, one a week; null: none. */
  readonly values: readonly (number | null)[];
}

export const series = ({ name, colour, width, dash = [], values }: ChartLine, yAxisID: string): ChartSeries => ({
  type: 'line',
  label: name,
  data: values.map((value) => (value === null ? null : Number(value.toFixed(4)))),
  xAxisID: 'xTime',
  yAxisID,
  borderColor: colour,
  borderWidth: width,
  borderDash: [...dash],
  pointRadius: 0,
});

export const weeksOf = ({ dates }: Pick<WeeklyStudyAnswer, 'dates'>): number[] =>
  dates.map((date) => Number(monthsOf(date).toFixed(2)));

/** The names at the right of a panel. @param share of the picture's height that the panel has */
export function lineNameScales(
  names: readonly ChartLine[],
  axis: string,
  { from, until }: AxisRange,
  share = 1,
): Scales {
  const labels = endNames(
    names.map(({ name, colour, values }) => ({ text: shorten(name, 12), colour, value: values.at(-1) ?? 0 })),
    {
      across: 1 - ROOM_FOR_NAMES + 0.01,
      from,
      until,
      rowHeight: ((until - from) * SIZES.label * LINE_HEIGHT) / (PLOT_HEIGHT * share),
    },
  );
  return Object.fromEntries(labels.map((label, at) => [`${axis}Name${at}`, labelScale(axis, label)]));
}
