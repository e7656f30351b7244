import { shorten, weightPercent } from '../../format.ts';
import type { ChartDataset } from 'chart.js';
import type { Scales, SeriesType } from '../../charts/spec.ts';
import { BARE, COLOURS, font, SIZES } from '../../charts/theme.ts';
import { PANELS } from './result-panel.ts';

export const weightBars = (rows: readonly WeightRow[]): ChartDataset<SeriesType> => ({
  type: 'bar',
  label: 'weight',
  indexAxis: 'y',
  xAxisID: 'xWeights',
  yAxisID: 'yTickers',
  data: rows.map((row) => row.weight),
  backgroundColor: rows.map((row) => (row.others ? COLOURS.muted : COLOURS.profit)),
  grouped: false,
  maxBarThickness: 30,
  categoryPercentage: 1,
  barPercentage: 0.7,
});

const FEWEST_ROWS = 5;

/** With few assets, empty rows keep the bars together at the top. */
const padded = (labels: readonly string[]): string[] =>
  Array.from({ length: Math.max(labels.length, FEWEST_ROWS) }, (_, i) => labels[i] ?? '');

/**
 * Tickers and percentages are two axes, so that each is a straight column. In a stack of axes all must be
 * equally high, or Chart.js misplaces the plot: those of this panel have the lines of the right panel's, empty.
 */
export const weightScales = (rows: readonly WeightRow[], markRows: number): Scales => ({
  yTickers: {
    ...labelColumn(rows.map((row) => shorten(row.label, 10))),
    weight: 1,
    ticks: { ...LABEL_TICKS, crossAlign: 'far', padding: 0 },
  },
  yPercents: { ...labelColumn(rows.map((row) => weightPercent(row.weight))), ticks: LABEL_TICKS },
  xWeights: {
    ...BARE,
    axis: 'x',
    type: 'linear',
    position: 'bottom',
    stack: 'bottom',
    stackWeight: PANELS.weights,
    offset: false,
    min: 0,
    max: Math.max(...rows.map((row) => row.weight)) * 1.08,
    ticks: { maxRotation: 0, color: 'transparent', font: font(SIZES.label) },
    title: { display: true, text: ' ', font: font(SIZES.note) },
  },
  xWeightsTop: {
    ...BARE,
    axis: 'x',
    type: 'category',
    position: 'top',
    stack: 'top',
    stackWeight: PANELS.weights,
    weight: 1,
    offset: false,
    labels: [[...Array.from({ length: markRows - 1 }, () => ''), 'Weights'], ['']],
    min: 0,
    max: 1,
    ticks: { ...LABEL_TICKS, maxRotation: 0, align: 'start', padding: 0, font: font(SIZES.label, 'bold') },
  },
});

const LABEL_TICKS = { autoSkip: false, color: COLOURS.text, font: font(SIZES.label) } as const;

const labelColumn = (labels: readonly string[]) =>
  ({
    ...BARE,
    axis: 'y',
    type: 'category',
    position: 'left',
    offset: true,
    labels: padded(labels),
    min: 0,
    max: padded(labels).length - 1,
  }) as const;

export interface WeightRow {
  readonly label: string;
  /** A fraction of the money. */
  readonly weight: number;
  /** Whether this row stands for several assets. */
  readonly others: boolean;
}

const SMALLEST_OWN_ROW = 0.001;
const MOST_ROWS = 15;

/**
 * The weights to show, largest first, in at most 15 rows. Weights under 0.1% have no row of their own; a last row
 * ("46 others") sums what has none, unless that is less than 0.1% in total.
 */
export function weightRows(tickers: readonly string[], weights: readonly number[]): WeightRow[] {
  const sorted = tickers
    .map((label, i) => ({ label, weight: weights[i] ?? 0, others: false }))
    .sort((a, b) => b.weight - a.weight);
  const large = sorted.filter((row) => row.weight >= SMALLEST_OWN_ROW).length;
  const restWeight = (from: number): number => sorted.slice(from).reduce((sum, row) => sum + row.weight, 0);
  const hasRest = large > MOST_ROWS || restWeight(large) >= SMALLEST_OWN_ROW;
  if (!hasRest) return sorted.slice(0, large);
  const shown = Math.min(large, MOST_ROWS - 1);
  return [
    ...sorted.slice(0, shown),
    { label: `${sorted.length - shown} others`, weight: restWeight(shown), others: true },
  ];
}
