// How reliable predicted quantiles were, value-at-risk over time, and what predictions of profit came to.
import { monthsOf, profitRange, timeScales } from '../../charts/axes.ts';
import { type ChartSeries, type ChartSpec, picture, type Scales } from '../../charts/spec.ts';
import { COLOURS } from '../../charts/theme.ts';
import type { Reliability } from '../../engine/record/reliability.ts';
import { plural, ratio, shorten } from '../../format.ts';
import { subtitleOf } from '../question.ts';
import type { RecordChartInput } from './chart-input.ts';
import { curveNames, levelNames, panelScales, plotHeight, ROOM_FOR_NAMES, shareNames } from './experts-axes.ts';
import { byDate, chanceInterval, cumulative, rollingShares } from './over-time.ts';
import { limitRange } from '../record-words.ts';

/** Dates of a rolling share: three years of months, less where the record is short. */
const WINDOW = { most: 36, partOfAll: 3 } as const;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of the first walk. @param input with a limit that could be kept */
export function recordExpertsChart(input: RecordChartInput): ChartSpec {
  const { alpha, record, walks, label } = input;
  const dates = byDate(walks[0]?.decisions ?? [], record.pooled.limits);
  const window = Math.max(1, Math.min(WINDOW.most, Math.floor(dates.length / WINDOW.partOfAll)));
  const [low, high] = chanceInterval(window, 1 - alpha);
  const months = dates.map(({ until }) => monthsOf(until));
  const [from, until] = [months[0] ?? 0, months.at(-1) ?? 1];
  const shares = rollingShares(dates, window).map(({ until: day, share }) => ({ x: monthsOf(day), y: share }));
  const curves = CURVES.map(({ key, name, colour, dash }) => {
    const values = cumulative(dates.map((one) => one[key]));
    return { key, name, colour, dash, values };
  });
  const profits = profitRange(curves.flatMap(({ values }) => values));
  const highest = 1.15 * Math.max(2 * (1 - alpha), high, ...shares.map(({ y }) => y));
  const { reliability = [] } = record.pooled;
  return picture({
    type: 'line',
    datasets: [
      line('broken', shares, 'yShare', { borderColor: COLOURS.tail, borderWidth: 4 }),
      line('promised', across(from, until, 1 - alpha), 'yShare', {
        borderColor: COLOURS.limit,
        borderWidth: 3,
        borderDash: [8, 6],
      }),
      line('by chance at least', across(from, until, low), 'yShare', {
        borderWidth: 0,
        fill: '+1',
        backgroundColor: COLOURS.grid,
      }),
      line('by chance at most', across(from, until, high), 'yShare', { borderWidth: 0 }),
      ...levelLines(reliability),
      ...curves.map(({ key, colour, dash, values }) =>
        line(
          key,
          values.map((y, at) => ({ x: months[at]!, y })),
          'yProfit',
          { borderColor: colour, borderWidth: 4, borderDash: [...dash] },
        ),
      ),
    ],
    scales: {
      ...timeAxes(from, until, reliability.length > 0),
      ...panelScales(highest, profits, reliability),
      ...(reliability.length > 0 && levelNames(reliability)),
      ...shareNames(highest, { broken: shares.at(-1)?.y ?? 0, promised: 1 - alpha, byChance: high }),
      ...curveNames(curves, profits),
    },
    title: `Reliability · ${shorten(label, 22)} · ${plural(input.horizonDays, 'trading day')}`,
    subtitle: subtitleOf(input.asked, explanation(input, window)),
    paddingLeft: 14,
    plotHeight: plotHeight(reliability.length > 0 ? 3 : 2),
  });
}

/** Lines of years would cross the panel of quantiles, which has no time. */
function timeAxes(from: number, until: number, isBesideQuantiles: boolean): Scales {
  const scales = timeScales(from, until, ROOM_FOR_NAMES);
  return isBesideQuantiles ? { ...scales, xTime: { ...scales['xTime'], grid: { display: false } } } : scales;
}

/** How often outcomes were below each predicted quantile, beside how often they should have been. */
function levelLines(reliability: readonly Reliability[]): ChartSeries[] {
  if (reliability.length === 0) return [];
  const shared = { type: 'line', xAxisID: 'xLevel', yAxisID: 'yBelow' } as const;
  return [
    {
      ...shared,
      label: 'came below',
      data: reliability.map(({ below }) => below),
      borderColor: COLOURS.profit,
      borderWidth: 4,
      pointRadius: 7,
      pointBackgroundColor: COLOURS.profit,
      pointBorderWidth: 0,
    },
    {
      ...shared,
      label: 'predicted to be below',
      data: reliability.map(({ level }) => level),
      borderColor: COLOURS.limit,
      borderWidth: 3,
      borderDash: [8, 6],
      pointRadius: 0,
    },
  ];
}

function explanation({ record: { pooled } }: RecordChartInput, window: number): string {
  const t = pooled.tPredictedMinusRealised;
  return (
    `Limits ${limitRange(pooled.limits)} together. ` +
    (pooled.reliability ? 'Top: how often outcomes were below each predicted quantile. Middle' : 'Top') +
    `: the share broken in ${window} dates that follow each other; grey: what chance explains. Bottom: profits added up. κ ${ratio(pooled.kappa, 2)}${t === undefined ? '' : `; predicted − realised: t ${ratio(t, 1)}`}.`
  );
}

const CURVES = [
  { key: 'predicted', name: 'predicted', colour: COLOURS.limit, dash: [8, 6] },
  { key: 'realised', name: 'realised', colour: COLOURS.profit, dash: [] },
  { key: 'equal', name: 'equal weights', colour: COLOURS.calm, dash: [3, 4] },
] as const;

const across = (from: number, until: number, y: number): Point[] => [from, until].map((x) => ({ x, y }));

const line = (label: string, points: readonly Point[], yAxisID: string, style: object): ChartSeries => ({
  type: 'line',
  label,
  xAxisID: 'xTime',
  yAxisID,
  data: points.map(({ x, y }) => ({ x: Number(x.toFixed(2)), y })),
  pointRadius: 0,
  ...style,
});
