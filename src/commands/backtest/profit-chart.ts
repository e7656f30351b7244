// Figure 1 of "Generative LSTM + CVaR", section 10: predicted and realised profit against the limit, where feasible.

import { plural, shortPercent, shorten } from '../../format.ts';
import { limitScale } from '../../charts/limit-scale.ts';
import { subtitleOf } from '../question.ts';
import type { LimitSummary } from '../../engine/backtest/types.ts';
import { axisTitle, percentRange } from '../../charts/axes.ts';
import { datesOf, keptBy, noneKept, ruleLabel, periodOf, type BacktestChartInput } from './rules.ts';
import { picture, type ChartSpec, type Scales, type ChartSeries } from '../../charts/spec.ts';
import { labelScale } from '../../charts/point-labels.ts';
import { BARE, COLOURS } from '../../charts/theme.ts';
import { costsIn } from '../walk-trades.ts';

/** Shares of the height: the number of dates, below the two curves. */
const PANELS = { dates: 1, profit: 6 } as const;
/** Share of the profits' span, for the names of the curves at the top. */
const ROOM_FOR_NAMES = 0.18;

export function backtestProfitChart(input: BacktestChartInput): ChartSpec {
  const limits = input.result.byLimit.flatMap((one) =>
    typeof one.limit === 'number' ? [{ ...one, limit: one.limit }] : [],
  );
  const named = limits.map(({ limit, feasible }) => ({ name: ruleLabel(limit), feasible }));
  const profits = limits.flatMap(({ predicted, realised }) => [predicted, realised]).filter(isKnown);
  const [from, until] = rangeOf(profits);
  return picture({
    type: 'line',
    datasets: [
      curve('predicted', limits, COLOURS.tail, [10, 6]),
      curve('realised', limits, COLOURS.profit, []),
      dateBars(limits),
    ],
    scales: {
      ...limitScale(named, {
        title: `CVaR ${shortPercent(input.alpha)} limit; under it, on how many of ${datesOf(input.result)} dates it could be kept${keptBy(input.result)}`,
      }),
      ...valueScales(from, until, input),
      xPredicted: labelScale('yProfit', name('predicted', 0.02, until, COLOURS.tail)),
      xRealised: labelScale('yProfit', name('realised', 0.2, until, COLOURS.profit)),
    },
    title: `Predicted and realised profit · ${shorten(input.label, 20)}`,
    subtitle:
      profits.length > 0
        ? subtitleOf(input.asked, `Means over the dates that could keep the limit · ${periodOf(input.result)}`)
        : subtitleOf(input.asked, noneKept(input.result, input.asked), true),
    paddingLeft: 14,
  });
}

const isKnown = (value: number | undefined): value is number => value !== undefined;

const NARROWEST = 0.001;

/** Includes zero, and room for the names at the top. */
function rangeOf(profits: readonly number[]): [from: number, until: number] {
  const [low, high] = [Math.min(0, ...profits), Math.max(0, ...profits)];
  const span = Math.max(NARROWEST, high - low);
  return [low - 0.06 * span, low + span * (1 + ROOM_FOR_NAMES)];
}

const name = (text: string, across: number, top: number, colour: string) =>
  ({ text, across, align: 'start', top, colour }) as const;

/** A limit without a feasible date leaves a gap. */
const curve = (key: 'predicted' | 'realised', limits: readonly LimitSummary[], colour: string, dash: number[]) =>
  ({
    type: 'line',
    label: key,
    xAxisID: 'xLimit',
    yAxisID: 'yProfit',
    data: limits.map((summary) => summary[key] ?? null),
    spanGaps: false,
    borderColor: colour,
    borderWidth: 4,
    borderDash: dash,
    pointRadius: 7,
    pointBackgroundColor: colour,
    pointBorderWidth: 0,
  }) satisfies ChartSeries;

const dateBars = (limits: readonly LimitSummary[]) =>
  ({
    type: 'bar',
    label: 'feasible dates',
    xAxisID: 'xLimit',
    yAxisID: 'yDates',
    data: limits.map(({ feasible }) => feasible),
    backgroundColor: COLOURS.loss,
    barPercentage: 0.8,
    maxBarThickness: 60,
    categoryPercentage: 1,
  }) satisfies ChartSeries;

const valueScales = (from: number, until: number, input: BacktestChartInput): Scales => ({
  // The first axis of a stack is the lowest.
  yDates: {
    ...BARE,
    axis: 'y',
    type: 'linear',
    position: 'left',
    stack: 'left',
    stackWeight: PANELS.dates,
    min: 0,
    max: datesOf(input.result),
    ticks: { display: false },
  },
  yProfit: {
    axis: 'y',
    type: 'linear',
    position: 'left',
    stack: 'left',
    stackWeight: PANELS.profit,
    ...percentRange(from, until, 7),
    grid: { color: COLOURS.grid },
    border: { display: false },
    title: axisTitle(`profit per ${plural(input.horizonDays, 'trading day')}, ${costsIn(input.result.decisions)}`),
  },
});
