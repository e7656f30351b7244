// The outcome of every decision over time, with broken and promised counts.

import { NO_NUMBER, plural, shortPercent, shorten } from '../../format.ts';
import type { LimitSummary } from '../../engine/backtest/types.ts';
import { cellsOf, rowsOf, type ChartCell, type CellOutcome } from './chart-cells.ts';
import { keptBy, ruleLabel, periodOf, type BacktestChartInput } from './rules.ts';
import { subtitleOf, withinBounds } from '../question.ts';
import { picture, type ChartSpec, type Scales, type ChartSeries } from '../../charts/spec.ts';
import { BARE, COLOURS, font, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';
import { timeScales } from '../../charts/axes.ts';

const FILLS: Readonly<Record<CellOutcome, string>> = {
  broken: COLOURS.tail,
  held: COLOURS.held,
  infeasible: COLOURS.grid,
  failed: COLOURS.warning,
};

export function backtestViolationsChart(input: BacktestChartInput): ChartSpec {
  const rows = rowsOf(input.result.byLimit);
  const { cells, group } = cellsOf(
    input.result.decisions,
    rows.map(({ limit }) => limit),
  );
  const [from, until] = [Math.min(...cells.map((cell) => cell.from)), Math.max(...cells.map((cell) => cell.until))];
  return picture({
    type: 'bar',
    datasets: (['held', 'infeasible', 'failed', 'broken'] as const).map((outcome) =>
      bars(outcome, cells, heightOf(rows)),
    ),
    scales: { ...timeScales(from, until), ...rowScales(rows, input) },
    title: `Losses beyond VaR ${shortPercent(input.alpha)} · ${shorten(input.label, 14)} · ${plural(input.horizonDays, 'trading day')}`,
    subtitle: subtitleOf(input.asked, legend(cells, group, input)),
    paddingLeft: 14,
  });
}

function legend(cells: readonly ChartCell[], group: number, input: BacktestChartInput): string {
  const has = (outcome: CellOutcome): boolean => cells.some((cell) => cell.outcome === outcome);
  const span = group === 1 ? periodOf(input.result) : `each the worst of ${group} decisions`;
  return [
    'Orange: broken, blue: kept',
    ...(has('infeasible')
      ? [keptBy(input.result) === '' ? `, dark: no split${withinBounds(input.asked)} could` : ', dark: above the limit']
      : []),
    ...(has('failed') ? [', yellow: not decided'] : [` · ${span}`]),
  ].join('');
}

/** One series per outcome: floating bars from one time to another, one row per rule. */
const bars = (outcome: CellOutcome, cells: readonly ChartCell[], height: number): ChartSeries => ({
  type: 'bar',
  label: outcome,
  indexAxis: 'y',
  xAxisID: 'xTime',
  yAxisID: 'yRow',
  data: cells.filter((cell) => cell.outcome === outcome).map(({ from, until, row }) => ({ x: [from, until], y: row })),
  backgroundColor: FILLS[outcome],
  borderColor: COLOURS.background,
  borderWidth: outcome === 'broken' ? { left: 1, right: 1 } : 0,
  borderSkipped: false,
  grouped: false,
  barThickness: Math.round((0.72 * PLOT_HEIGHT) / (height + 1)),
});

const FEWEST_ROWS = 7;

/** In rows. With few, empty rows keep the bars together at the top. */
const heightOf = (rows: readonly LimitSummary[]): number => Math.max(rows.length, FEWEST_ROWS);

const broken = ({ feasible, violations }: LimitSummary): string =>
  feasible === 0 ? NO_NUMBER : `${violations} of ${feasible}`;

/** Row 0 holds the column headings. */
function rowScales(rows: readonly LimitSummary[], { alpha }: BacktestChartInput): Scales {
  const promised = ({ feasible }: LimitSummary): string =>
    feasible === 0 ? NO_NUMBER : ((1 - alpha) * feasible).toFixed(1);
  const padded = (labels: readonly string[]): string[] =>
    Array.from({ length: heightOf(rows) + 1 }, (_, at) => labels[at] ?? '');
  return {
    yRow: {
      ...BARE,
      axis: 'y',
      type: 'linear',
      position: 'left',
      reverse: true,
      offset: false,
      min: -1.5,
      max: heightOf(rows) - 0.5,
      display: false,
    },
    yNames: column('left', padded(['limit', ...rows.map(({ limit }) => ruleLabel(limit))]), 0),
    yBroken: column('right', padded(['broken', ...rows.map(broken)]), 1),
    yPromised: column('right', padded(['promised', ...rows.map(promised)]), 2),
  };
}

const column = (position: 'left' | 'right', labels: string[], weight: number) =>
  ({
    ...BARE,
    axis: 'y',
    type: 'category',
    position,
    weight,
    offset: true,
    labels,
    min: 0,
    max: labels.length - 1,
    ticks: { autoSkip: false, color: COLOURS.text, font: font(SIZES.label), padding: 4, crossAlign: 'far' },
  }) as const;
