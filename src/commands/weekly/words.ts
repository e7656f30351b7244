import type { WeeklyStudyAnswer } from '../../engine-service/weekly-study.ts';
import type { StudyFigures } from '../../engine/weekly-study/paths.ts';
import type { RuleName } from '../../engine/weekly-study/study.ts';
import { alignColumns, labelled, money, percent, plural, ratio, shortPercent, signedPercent } from '../../format.ts';
import {
  DOCUMENT,
  benchmarkFigures,
  type FigureSpreads,
  isDocuments,
  PRINTED,
  RULE_WORDS,
  RULES,
  ruleSpreads,
  type SeedSpread,
  seedSpreadOf,
} from './figures.ts';

type TableRow = readonly [name: string, ...cells: string[]];

const row = (name: string, { totalReturn, volatility, sharpe, maxDrawdown }: StudyFigures): TableRow => [
  name,
  signedPercent(totalReturn),
  percent(volatility),
  ratio(sharpe),
  percent(-maxDrawdown, 1),
];

const range = ({ least, most }: SeedSpread, text: (value: number) => string): string =>
  `${text(least)} to ${text(most)}`;

const roundPercent = (value: number): string => percent(value, 0);

function spreadRows(name: string, spreads: FigureSpreads): TableRow[] {
  const { totalReturn, volatility, sharpe, maxDrawdown } = spreads;
  const median = {
    totalReturn: totalReturn.median,
    volatility: volatility.median,
    sharpe: sharpe.median,
    maxDrawdown: maxDrawdown.median,
  };
  const fall = { least: -maxDrawdown.most, median: -maxDrawdown.median, most: -maxDrawdown.least };
  const ranges: TableRow = [
    '  least to most',
    range(totalReturn, roundPercent),
    range(volatility, roundPercent),
    range(sharpe, (value) => ratio(value, 2)),
    range(fall, roundPercent),
  ];
  return totalReturn.least === totalReturn.most ? [row(name, median)] : [row(name, median), ranges];
}

function studyTable(answer: WeeklyStudyAnswer): string[] {
  const { costRate } = answer.request;
  const printed = isDocuments(answer);
  const benchmark = (name: string, key: Parameters<typeof benchmarkFigures>[1]): TableRow[] => {
    const figures = benchmarkFigures(answer, key);
    return figures === undefined ? [] : [row(name, figures)];
  };
  const rules = RULES.flatMap((rule) => {
    const free = spreadRows(`LSTM, ${RULE_WORDS[rule]}`, ruleSpreads(answer, rule, 'figures'));
    return costRate === 0 ? free : free.concat(spreadRows('  after costs', ruleSpreads(answer, rule, 'afterCosts')));
  });
  return alignColumns([
    ['', 'Return', 'Volatility', 'Sharpe', 'Drawdown'],
    ...benchmark(answer.index ?? '', 'index'),
    ...(printed ? [row('  printed', PRINTED.index)] : []),
    ...benchmark('1/N, rebalanced', 'rebalanced'),
    ...benchmark('1/N, held', 'held'),
    ...(printed ? [row('  printed', PRINTED.equal), ...benchmark('  held from a week before', 'heldEarlier')] : []),
    ...rules,
    ...(printed ? [row('  printed', PRINTED.strategy)] : []),
  ]);
}

/** Whether the networks forecast better than no change, and than a constant, over the weeks of the study. */
function skillText({ seeds, constantSkill }: WeeklyStudyAnswer): string {
  const { least, median, most } = seedSpreadOf(seeds.map(({ skill }) => skill));
  // Judged by the figures that are shown.
  const [shown, constant] = [median, constantSkill].map((skill) => Number(skill.toFixed(3)));
  const verdict = shown! > 0 ? 'Better' : 'No better';
  const spread = least === most ? '' : ` (${ratio(least)} to ${ratio(most)})`;
  const beside = shown! > constant! ? 'more' : 'no more';
  return `${verdict} than "next week's price is this week's": skill ${ratio(median)}${spread}; ${beside} than a constant, the mean change before, which has ${ratio(constantSkill)}`;
}

/** Of the printed table, where it is about the same question. */
const PRINTED_NOTE =
  'The printed row of 1/N fits neither way to hold it; nearest is what is bought a week before and held. The printed row of the strategy is of one training.';

export function describeStudy(answer: WeeklyStudyAnswer): string {
  const { request, universe, tickers, dates, trainedUntil, prices, seeds, seconds } = answer;
  const { params, riskFree, costRate, seed } = request;
  const last = (rule: RuleName): string =>
    money(DOCUMENT.capital * (1 + ruleSpreads(answer, rule, 'figures').totalReturn.median), undefined, 0);
  const lines = labelled([
    ['Assets', `${universe}: ${tickers.join(', ')}`],
    ['Weeks', `${dates.length - 1}, from ${dates[0]} to ${dates.at(-1)}`],
    [
      'Networks',
      `one an asset, two layers of ${params.units} units, forecasts of ${params.target}s; trained until ${trainedUntil}, ${plural(seeds.length, 'seed')} from ${seed} on`,
    ],
    ['Forecasts', skillText(answer)],
    [
      'Capital',
      `${money(DOCUMENT.capital, undefined, 0)} became ${last('longOnly')} long-only, ${last('short')} with short sales (median)`,
    ],
    ['Terms', `risk-free rate ${shortPercent(riskFree)}; ${costs(costRate)}; cash earns nothing`],
    ['Prices', prices.source],
    ...prices.notes.map((note): readonly [string, string] => ['Note', note]),
    ['Seconds', String(Math.round(seconds))],
  ]);
  const median = seeds.length === 1 ? [] : [`Rows of LSTM are medians of ${seeds.length} seeds.`];
  const notes = isDocuments(answer) ? [PRINTED_NOTE] : [];
  const caveat = 'What held in the past may not hold again. Not investment advice.';
  return [...studyTable(answer), ...median, '', ...lines, '', ...notes, caveat, ''].join('\n');
}

const costs = (costRate: number): string =>
  costRate === 0 ? 'without costs' : `costs of ${percent(costRate)} of the value traded`;
