// Figures 2 and 4 of "Portfolio Management Strategy Based on LSTM", of the seed whose profit is the middle one.
import { axisTitle, percentRange, profitRange, timeScales, type AxisRange } from '../../charts/axes.ts';
import { type ChartSpec, picture } from '../../charts/spec.ts';
import { COLOURS } from '../../charts/theme.ts';
import type { WeeklyStudyAnswer } from '../../engine-service/weekly-study.ts';
import type { RuleName, SeedResult } from '../../engine/weekly-study/study.ts';
import { plural, shorten } from '../../format.ts';
import { AXIS, type ChartLine, lineNameScales, ROOM_FOR_NAMES, series, weeksOf } from './chart-lines.ts';
import { middleSeed, RULE_WORDS } from './figures.ts';

const profits = (values: readonly number[]): number[] => values.map((value) => value - 1);

const isNumber = (value: number | null): value is number => value !== null;

/** Figure 4: cumulative returns. */
export function valueChart(answer: WeeklyStudyAnswer, rule: RuleName): ChartSpec {
  const { benchmarks, seeds, index } = answer;
  const middle = middleSeed(answer, rule);
  const others = seeds.filter((one) => one !== middle);
  const benchmark = (key: string): readonly number[] => benchmarks.find((one) => one.benchmark === key)?.values ?? [];
  const named: ChartLine[] = [
    { name: 'LSTM', colour: COLOURS.profit, width: 4, values: profits(middle.rules[rule].values) },
    { name: '1/N', colour: COLOURS.text, width: 3, dash: [8, 6], values: profits(benchmark('rebalanced')) },
    ...(index === undefined
      ? []
      : [{ name: index, colour: COLOURS.limit, width: 3, dash: [12, 5], values: profits(benchmark('index')) }]),
  ];
  const faint = others.map((one, at): ChartLine => ({
    name: `seed ${at}`,
    colour: COLOURS.held,
    width: 1.5,
    values: profits(one.rules[rule].values),
  }));
  const months = weeksOf(answer);
  const range = profitRange([...named, ...faint].flatMap(({ values }) => values.filter(isNumber)));
  return picture({
    type: 'line',
    labels: months,
    datasets: [...named, ...faint].map((line) => series(line, 'yValue')),
    scales: {
      ...timeScales(months[0]!, months.at(-1)!, ROOM_FOR_NAMES),
      yValue: { ...AXIS, ...percentRange(range.from, range.until, 8), title: axisTitle('profit since the start') },
      ...lineNameScales(named, 'yValue', range),
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

/** With room at both ends, or labels of one panel would touch those of the other. */
const roomy = ({ from, until }: AxisRange): AxisRange => ({
  from: from - 0.08 * (until - from),
  until: until + 0.08 * (until - from),
});

/** Figure 2: what was forecast and what came, of the stocks that were foreseen best and worst. */
export function forecastChart(answer: WeeklyStudyAnswer, rule: RuleName): ChartSpec {
  const { tickers, closes } = answer;
  const seed = middleSeed(answer, rule);
  const byError = [...tickers.keys()].toSorted((a, b) => errorRatio(answer, seed, a) - errorRatio(answer, seed, b));
  const panels = [byError[0]!, byError.at(-1)!].map((column, at) => {
    const start = closes[0]![column]!;
    const lines: ChartLine[] = [
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
          week === 0 ? null : (closes[week - 1]![column]! * (1 + seed.changes[week - 1]![column]!)) / start - 1,
        ),
      },
    ];
    return {
      axis: `yPanel${at}`,
      lines,
      range: roomy(profitRange(lines.flatMap(({ values }) => values.filter(isNumber)))),
    };
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
      ...Object.assign({}, ...panels.map(({ axis, lines, range }) => lineNameScales(lines, axis, range, 1 / 2))),
    },
    title: `Forecasts a week ahead · ${shorten(answer.universe, 22)}`,
    subtitle: {
      text: ['The asset that was foreseen best, and the one that was foreseen worst, beside no change.'],
      isWarning: false,
    },
    paddingLeft: 14,
  });
}
