// Figures 2 to 4 of "Portfolio Management Strategy Based on LSTM", of the seed whose profit is the middle one.
import { axisTitle, monthsOf, percentRange, profitRange, timeScales, type AxisRange } from '../../charts/axes.ts';
import { endNames, labelScale } from '../../charts/point-labels.ts';
import { type ChartSeries, type ChartSpec, picture, type Scales } from '../../charts/spec.ts';
import { COLOURS, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';
import type { WeeklyStudyAnswer } from '../../engine-service/weekly-study.ts';
import type { RuleName, SeedResult } from '../../engine/weekly-study/study.ts';
import { plural, shorten } from '../../format.ts';
import { middleSeed } from './figures.ts';

/** Share of the width, for the names at the right. */
const ROOM_FOR_NAMES = 0.17;

const AXIS = { axis: 'y', type: 'linear', position: 'left', offset: false, grid: { color: COLOURS.grid } } as const;

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
  /** Fractions, one a week. */
  readonly values: readonly number[];
}

const series = ({ name, colour, width, dash = [], values }: Line, yAxisID: string): ChartSeries => ({
  type: 'line',
  label: name,
  data: values.map((value) => Number(value.toFixed(4))),
  xAxisID: 'xTime',
  yAxisID,
  borderColor: colour,
  borderWidth: width,
  borderDash: [...dash],
  pointRadius: 0,
});

const weeksOf = ({ dates }: Pick<WeeklyStudyAnswer, 'dates'>): number[] =>
  dates.map((date) => Number(monthsOf(date).toFixed(2)));

/** The names at the right of a panel. @param share of the picture's height that the panel has */
function nameScales(names: readonly Line[], axis: string, { from, until }: AxisRange, share = 1): Scales {
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

const RULE_WORDS: Readonly<Record<RuleName, string>> = { longOnly: 'long-only', short: 'with short sales' };

const profits = (values: readonly number[]): number[] => values.map((value) => value - 1);

/** Figure 4: cumulative returns. */
export function valueChart(answer: WeeklyStudyAnswer, rule: RuleName): ChartSpec {
  const { benchmarks, seeds, index } = answer;
  const middle = middleSeed(answer, rule);
  const others = seeds.filter((one) => one !== middle);
  const benchmark = (key: string): readonly number[] => benchmarks.find((one) => one.benchmark === key)?.values ?? [];
  const named: Line[] = [
    { name: 'LSTM', colour: COLOURS.profit, width: 4, values: profits(middle.rules[rule].values) },
    { name: '1/N', colour: COLOURS.text, width: 3, dash: [8, 6], values: profits(benchmark('rebalanced')) },
    ...(index === undefined
      ? []
      : [{ name: index, colour: COLOURS.limit, width: 3, dash: [12, 5], values: profits(benchmark('index')) }]),
  ];
  const faint = others.map((one, at): Line => ({
    name: `seed ${at}`,
    colour: COLOURS.held,
    width: 1.5,
    values: profits(one.rules[rule].values),
  }));
  const months = weeksOf(answer);
  const range = profitRange([...named, ...faint].flatMap(({ values }) => values));
  return picture({
    type: 'line',
    labels: months,
    datasets: [...named, ...faint].map((line) => series(line, 'yValue')),
    scales: {
      ...timeScales(months[0]!, months.at(-1)!, ROOM_FOR_NAMES),
      yValue: { ...AXIS, ...percentRange(range.from, range.until, 8), title: axisTitle('profit since the start') },
      ...nameScales(named, 'yValue', range),
    },
    title: `Cumulative returns · ${shorten(answer.universe, 22)}`,
    subtitle: {
      text: [
        `LSTM ${RULE_WORDS[rule]}, without costs${others.length > 0 ? `; dark blue: ${plural(others.length, 'other seed')}` : ''}.`,
      ],
      isWarning: false,
    },
    paddingLeft: 14,
  });
}

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
  const others = weights.map((row) => rest.reduce((sum, j) => sum + row[j]!, 0));
  return [
    ...first.map((j, at) => ({
      name: tickers[j]!,
      colour: SHARE_COLOURS[at]!,
      weights: weights.map((row) => row[j]!),
    })),
    ...(rest.length > 0 ? [{ name: `${rest.length} others`, colour: COLOURS.loss, weights: others }] : []),
  ];
}

/** Figure 3: each stock's share over time. */
export function sharesChart(answer: WeeklyStudyAnswer, rule: RuleName): ChartSpec {
  const { weights } = middleSeed(answer, rule).rules[rule];
  const months = weeksOf(answer).slice(0, -1);
  const shares = sharesOf(weights, answer.tickers);
  const range = { from: rule === 'short' ? -1.05 : 0, until: 1.05 };
  const step = (range.until - range.from) / (shares.length + 1);
  const names = shares.map(({ name, colour }, at): Line => ({
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
      data: months.map((x, week) => ({ x, y: Number(values[week]!.toFixed(4)) })),
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
      ...nameScales(names, 'yShare', range),
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

/** Squared error of one stock's forecasts ÷ that of no change. */
function errorRatio({ closes }: WeeklyStudyAnswer, { changes }: SeedResult, column: number): number {
  let [model, persistence] = [0, 0];
  for (const [week, row] of changes.entries()) {
    const actual = closes[week + 1]![column]! / closes[week]![column]! - 1;
    model += (actual - row[column]!) ** 2;
    persistence += actual ** 2;
  }
  return model / persistence;
}

/** Figure 2: what was forecast and what came, of the stocks that were foreseen best and worst. */
export function forecastChart(answer: WeeklyStudyAnswer, rule: RuleName): ChartSpec {
  const { tickers, closes } = answer;
  const seed = middleSeed(answer, rule);
  const byError = [...tickers.keys()].toSorted((a, b) => errorRatio(answer, seed, a) - errorRatio(answer, seed, b));
  const panels = [byError[0]!, byError.at(-1)!].map((column, at) => {
    const start = closes[0]![column]!;
    const lines: Line[] = [
      {
        name: tickers[column]!,
        colour: COLOURS.text,
        width: 3,
        values: closes.map((row) => row[column]! / start - 1),
      },
      {
        name: 'forecast',
        colour: COLOURS.profit,
        width: 3,
        dash: [8, 5],
        values: closes.map((_, week) =>
          week === 0 ? 0 : (closes[week - 1]![column]! * (1 + seed.changes[week - 1]![column]!)) / start - 1,
        ),
      },
    ];
    return { axis: `yPanel${at}`, lines, range: profitRange(lines.flatMap(({ values }) => values)) };
  });
  const months = weeksOf(answer);
  return picture({
    type: 'line',
    labels: months,
    datasets: panels.flatMap(({ axis, lines }) => lines.map((line) => series(line, axis))),
    scales: {
      ...timeScales(months[0]!, months.at(-1)!, ROOM_FOR_NAMES),
      // The first axis of a stack is the lowest.
      ...Object.fromEntries(
        panels.toReversed().map(({ axis, range }) => [
          axis,
          {
            ...AXIS,
            stack: 'left',
            stackWeight: 1,
            ...percentRange(range.from, range.until, 4),
            title: axisTitle('price since the start'),
          },
        ]),
      ),
      ...Object.assign({}, ...panels.map(({ axis, lines, range }) => nameScales(lines, axis, range, 1 / 2))),
    },
    title: `Forecasts a week ahead · ${shorten(answer.universe, 22)}`,
    subtitle: {
      text: ['The asset that was foreseen best, and the one that was foreseen worst, beside no change.'],
      isWarning: false,
    },
    paddingLeft: 14,
  });
}
