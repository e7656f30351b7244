import { axisTitle, percentRange, timeScales } from '../../charts/axes.ts';
import { type ChartSpec, picture } from '../../charts/spec.ts';
import { COLOURS, SIZES } from '../../charts/theme.ts';
import type { WeeklyStudyAnswer } from '../../engine-service/weekly-study.ts';
import type { RuleName } from '../../engine/weekly-study/study.ts';
import { columnOfRows } from '../../engine/matrix.ts';
import { shorten } from '../../format.ts';
import { AXIS, type ChartLine, lineNameScales, ROOM_FOR_NAMES, weeksOf } from './chart-lines.ts';
import { middleSeed, RULE_WORDS } from './figures.ts';

/** Of the assets with the largest shares, from below; the last ones are the others' and cash's. */
const SHARE_COLOURS = [
  COLOURS.profit,
  COLOURS.tail,
  COLOURS.calm,
  COLOURS.limit,
  COLOURS.warning,
  COLOURS.held,
] as const;

interface Share {
  readonly name: string;
  readonly colour: string;
  /** (W − 1) */
  readonly weights: readonly number[];
}

function sharesOf(weights: readonly (readonly number[])[], tickers: readonly string[]): Share[] {
  const sizeOf = (j: number): number => weights.reduce((sum, row) => sum + Math.abs(row[j]!), 0);
  const bySize = [...tickers.keys()].toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const [first, rest] = [bySize.slice(0, SHARE_COLOURS.length), bySize.slice(SHARE_COLOURS.length)];
  const others = (sign: 1 | -1): Share => ({
    name: `${rest.length} others`,
    colour: COLOURS.loss,
    weights: weights.map((row) => rest.reduce((sum, j) => sum + sign * Math.max(0, sign * row[j]!), 0)),
  });
  const hasShort = weights.some((row) => row.some((weight) => weight < 0));
  return [
    ...first.map((j, at) => ({ name: tickers[j]!, colour: SHARE_COLOURS[at]!, weights: columnOfRows(weights, j) })),
    ...(rest.length > 0 && hasShort ? [others(-1)] : []),
    ...(rest.length > 0 ? [others(1)] : []),
  ];
}

/** Figure 3 of "Portfolio Management Strategy Based on LSTM": each stock's share over time. */
export function sharesChart(answer: WeeklyStudyAnswer, rule: RuleName): ChartSpec {
  const { weights } = middleSeed(answer, rule).rules[rule];
  const [from = 0, until = 0] = [weeksOf(answer)[0], weeksOf(answer).at(-2)];
  // Months differ in length; bars stand side by side.
  const months = weights.map((_, week) => from + ((until - from) * week) / Math.max(1, weights.length - 1));
  const shares = sharesOf(weights, answer.tickers);
  const range = { from: rule === 'short' ? -1.05 : 0, until: 1.05 };
  const named = shares.filter(({ name }, at) => shares.findLastIndex((one) => one.name === name) === at);
  const step = (range.until - range.from) / (named.length + 1);
  const names = named.map(({ name, colour }, at): ChartLine => ({
    name,
    colour,
    width: 1,
    values: [range.from + (at + 1) * step],
  }));
  return picture({
    type: 'bar',
    datasets: shares.map(({ name, colour, weights: values }) => ({
      type: 'bar',
      label: name,
      data: months.map((x, week) => ({ x: Number(x.toFixed(3)), y: Number(values[week]!.toFixed(4)) })),
      xAxisID: 'xTime',
      yAxisID: 'yShare',
      stack: 'shares',
      backgroundColor: colour,
      barThickness: Math.max(1, Math.ceil((0.76 * SIZES.width) / months.length)),
    })),
    scales: {
      ...timeScales(months[0]! - 0.2, months.at(-1)! + 0.2, ROOM_FOR_NAMES),
      yShare: {
        ...AXIS,
        stacked: true,
        ...percentRange(range.from, range.until, 8),
        title: axisTitle('share of the money'),
      },
      ...lineNameScales(names, 'yShare', range),
    },
    title: `What was held · ${shorten(answer.universe, 22)}`,
    subtitle: {
      text: [
        `Weekly, ${RULE_WORDS[rule]}; what is left is cash${rule === 'short' ? ', below zero is sold short' : ''}.`,
      ],
      isWarning: false,
    },
    paddingLeft: 14,
  });
}
