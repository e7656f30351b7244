// docs/strategies.md: what each strategy is, and what it did.
import type { CompareAnswer } from '../src/engine-service/compare.ts';
import type { ComparedFigures, ComparedStrategy } from '../src/engine/compare/compare.ts';
import { STRATEGIES } from '../src/engine/strategies/index.ts';
import { needsText } from '../src/commands/strategies/text.ts';
import { plural, shortPercent } from '../src/format.ts';
import { number, percent, table } from './record-tables.ts';

export interface ComparedSet {
  readonly name: string;
  readonly answer: CompareAnswer;
}

const HEADER = [
  'prices',
  'dates',
  'return',
  'volatility',
  'Sharpe',
  'Sortino',
  'drawdown',
  'Calmar',
  'turnover',
  'CVaR',
  '÷ limit',
  'kept',
  'broken',
  'p',
  'p, of all',
  't',
  'by luck',
];

const pValue = (p: number | undefined): string => (p === undefined ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3));

function rowOf({ name, answer }: ComparedSet, one: ComparedFigures & Partial<ComparedStrategy>): string[] {
  const { from, until } = answer.comparison;
  return [
    name,
    `${from} to ${until}`,
    percent(one.annualReturn),
    percent(one.volatility),
    number(one.sharpe),
    number(one.sortino),
    percent(one.maxDrawdown),
    number(one.calmar),
    number(one.turnover),
    percent(one.cvar),
    number(one.realisedToLimit),
    one.feasible === undefined ? '–' : `${one.feasible} of ${one.decisions}`,
    one.violations === undefined ? '–' : String(one.violations),
    pValue(one.against?.p),
    pValue(one.against?.pTried),
    number(one.against?.t),
    one.deflatedSharpe === undefined ? '–' : number(1 - one.deflatedSharpe),
  ];
}

/** A section for each strategy of the list, whether or not the prices were enough for it. */
export function strategiesDocument(sets: readonly ComparedSet[]): string {
  const sections = STRATEGIES.map((strategy) => {
    const rows = sets.flatMap((set) => {
      const figures = set.answer.comparison.strategies[strategy.id];
      return figures === undefined ? [] : [rowOf(set, figures)];
    });
    const about = [
      ['what it is', strategy.about],
      ['source', strategy.origin ?? '–'],
      ['needs', needsText(strategy).replace('Needs ', '')],
    ];
    return `## ${strategy.id}\n\n${table([strategy.title, ''], about)}\n${rows.length === 0 ? 'It was not among those compared.\n' : table(HEADER, rows)}`;
  });
  return [INTRODUCTION, ...sections, setsSection(sets)].join('\n');
}

const INTRODUCTION = `# Strategies

What each strategy is, and what it did over the same days, prices, costs and mandate as the others. \`node
bench/strategies.ts\` makes this file by \`compare\`; what the figures mean is in [mathematics.md](mathematics.md), section 22.
Figures are after costs, but for *CVaR*, the mean of the worst 5% of what decisions came to, a loss being positive.
*Return*, *volatility* and *turnover*, portfolios traded: per year. *Kept*: decisions that could keep the limit. *Broken*: those that lost more than their value-at-risk. *p*: of
a Sharpe ratio equal to that of equal weights; *of all*: of the most different of those that were compared. *t*: of the mean
difference of daily returns. *By luck*: the probability that the best of as many strategies without skill shows such a
Sharpe ratio. Nothing is tuned on this comparison, and what was tried elsewhere is not counted. What held in the past may
not hold again; nothing here is advice.
`;

function setsSection(sets: readonly ComparedSet[]): string {
  const rows = sets.map(({ name, answer: { request, comparison, tickers, prices } }) => [
    name,
    `${prices.source}, ${plural(tickers.length, 'asset')}`,
    request.limit === 'unlimited' ? 'none' : shortPercent(request.limit),
    plural(request.mandate.horizonDays, 'day'),
    `every ${plural(request.retrainDays, 'day')}`,
    percent(request.costBps / 10_000, 2),
    String(comparison.tried),
    number(comparison.tail, 1),
    number(comparison.luckySharpe),
    number(comparison.blockLength, 1),
    comparison.overfitting === undefined ? '–' : percent(comparison.overfitting.probability, 0),
  ]);
  const header = [
    'prices',
    'source',
    'limit',
    'horizon',
    'trained',
    'costs',
    'tried',
    'outcomes in CVaR',
    'Sharpe by luck',
    'block, days',
    'overfitting',
  ];
  const indices = sets.flatMap((set) => (set.answer.comparison.index ? [rowOf(set, set.answer.comparison.index)] : []));
  const notes = sets.flatMap(({ name, answer }) => answer.prices.notes.map((note) => `- ${name}: ${note}\n`));
  return [
    `## The comparisons\n\n${table(header, rows)}`,
    ...(indices.length === 0 ? [] : [`The index, which is held all the time:\n\n${table(HEADER, indices)}`]),
    ...(notes.length === 0 ? [] : [notes.join('')]),
    'Overfitting: how often what was best on half of the days was below the median on the other half (50% is chance).\n',
  ].join('\n');
}
