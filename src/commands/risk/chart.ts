import { axisTitle, percentRange } from '../../charts/axes.ts';
import { type ChartSeries, type ChartSpec, type Scales, picture } from '../../charts/spec.ts';
import { BARE, COLOURS, font, SIZES } from '../../charts/theme.ts';
import { percent, shortPercent, shorten, weightPercent } from '../../format.ts';
import { lossText } from '../limits.ts';
import { type Restated, subtitleOf } from '../question.ts';
import type { RiskRow } from './rows.ts';

export interface RiskChartInput {
  readonly asked: Restated;
  /** The universe's name. */
  readonly label: string;
  readonly alpha: number;
  readonly cvar: number;
  /** At least one, in the order in which they are drawn. */
  readonly rows: readonly RiskRow[];
}

const MOST_ROWS = 12;

/** Each asset's share of the money, and beside it what it loses in the worst cases: of the CVaR, or of the money. */
export function riskChart(input: RiskChartInput): ChartSpec {
  const { asked, label, cvar } = input;
  const rows = shownRows(input.rows);
  const isShared = rows.every(({ tail }) => tail !== undefined);
  const tails = rows.map(({ tail, loss }) => tail ?? loss);
  const orange = isShared ? `what makes up the CVaR of ${lossText(cvar)}` : 'what each loses in the worst cases';
  const gains = tails.some((one) => one < 0) ? ' Left of zero: what gains there.' : '';
  const explanation = `Blue: the money. Orange: ${orange}.${gains}`;
  return picture({
    type: 'bar',
    datasets: [
      bars('money', [0, ...rows.map(({ money }) => money)], COLOURS.profit),
      bars('tail', [0, ...tails], COLOURS.tail),
    ],
    scales: {
      ...columns(rows, tails),
      xShare: {
        axis: 'x',
        type: 'linear',
        position: 'bottom',
        offset: false,
        ...percentRange(Math.min(0, ...tails) * 1.05, Math.max(...rows.map(({ money }) => money), ...tails) * 1.05, 6),
        grid: { offset: false, color: COLOURS.grid },
        border: { color: COLOURS.muted },
        title: axisTitle(axisText(input, isShared)),
      },
    },
    title: `Money and risk · ${shorten(label, 40)}`,
    subtitle: subtitleOf(asked, explanation),
    paddingLeft: 20,
  });
}

const axisText = ({ alpha }: RiskChartInput, isShared: boolean): string => {
  const worst = `in the worst ${shortPercent(1 - alpha)} of scenarios`;
  return isShared ? `share of the money, and of the average loss ${worst}` : `share of the money, and loss ${worst}`;
};

/** The last row sums those that have none of their own. */
function shownRows(rows: readonly RiskRow[]): readonly RiskRow[] {
  if (rows.length <= MOST_ROWS) return rows;
  const rest = rows.slice(MOST_ROWS - 1);
  const total = (key: 'money' | 'loss'): number => rest.reduce((sum, row) => sum + row[key], 0);
  const tail = rest.some((row) => row.tail === undefined)
    ? undefined
    : rest.reduce((sum, row) => sum + (row.tail ?? 0), 0);
  return [
    ...rows.slice(0, MOST_ROWS - 1),
    { label: `${rest.length} others`, money: total('money'), loss: total('loss'), tail },
  ];
}

const bars = (label: string, data: number[], backgroundColor: string): ChartSeries => ({
  type: 'bar',
  label,
  indexAxis: 'y',
  xAxisID: 'xShare',
  yAxisID: 'yTickers',
  data,
  backgroundColor,
  maxBarThickness: 16,
  categoryPercentage: 0.8,
  barPercentage: 0.9,
});

const FEWEST_ROWS = 6;

/** @param weight the higher, the further from the bars */
function column(heading: string, texts: readonly string[], color: string, weight: number) {
  const labels = [heading, ...texts];
  while (labels.length < FEWEST_ROWS) labels.push('');
  return {
    ...BARE,
    axis: 'y',
    type: 'category',
    position: 'left',
    offset: true,
    weight,
    labels,
    min: 0,
    max: labels.length - 1,
    ticks: { autoSkip: false, color, font: font(SIZES.label), crossAlign: weight === 3 ? 'far' : 'near' },
  } as const;
}

/** Names and both figures as columns of text, each with the colour of its bars, under a row of headings. */
function columns(rows: readonly RiskRow[], tails: readonly number[]): Scales {
  const isShared = rows.every(({ tail }) => tail !== undefined);
  return {
    yTickers: column(
      '',
      rows.map(({ label }) => shorten(label, 12)),
      COLOURS.text,
      3,
    ),
    yMoney: column(
      'money',
      rows.map(({ money }) => weightPercent(money)),
      COLOURS.profit,
      2,
    ),
    yTail: column(
      isShared ? 'tail' : 'loss',
      tails.map((one) => percent(one, 1)),
      COLOURS.tail,
      1,
    ),
  };
}
