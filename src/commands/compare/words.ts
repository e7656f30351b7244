// What a comparison says in sentences. It must show risk with the profit, and must not sound like advice.
import type { ComparedFigures, ComparedStrategy, Comparison } from '../../engine/compare/compare.ts';
import type { CompareAnswer } from '../../engine-service/compare.ts';
import type { CompareRequest } from '../../engine-service/requests.ts';
import { percent, plural, ratio, shortPercent, signedPercent } from '../../format.ts';
import type { Question } from '../question.ts';

const LIST = new Intl.ListFormat('en-GB');

/** The significance level. */
const LEVEL = 0.05;
/** Fewer outcomes than these say little of a tail. */
const HANDFUL = 5;

type StrategyRow = readonly [name: string, figures: ComparedStrategy];

export const strategyRows = ({ strategies }: Comparison): StrategyRow[] => Object.entries(strategies);

/** With the index, which decides nothing and promises nothing. */
export type RowFigures = ComparedFigures & Partial<ComparedStrategy>;

/** A row of each strategy, then of the index. */
export const figureRows = ({ comparison, index }: CompareAnswer): (readonly [name: string, figures: RowFigures])[] => [
  ...strategyRows(comparison),
  ...(comparison.index && index !== undefined ? [[index, comparison.index] as const] : []),
];

export const questionOf = ({ mandate, limit, allow, settingsUsed }: CompareRequest): Question => ({
  mandate,
  limits: limit === 'unlimited' ? [] : [limit],
  ...(allow && { allow }),
  ...(settingsUsed && { settingsUsed }),
});

/** Predicted, of all that was held. */
export const cvarsOf = ({ walks }: CompareAnswer): number[] =>
  walks.flatMap(({ decisions }) => decisions.flatMap(({ cvar }) => cvar ?? []));

/** The body of the answer, a line for each matter. */
export function verdict({ comparison, request }: CompareAnswer): string[] {
  return [
    differenceSentence(comparison),
    limitSentence(comparison, request),
    insteadSentence(comparison, request),
    profitSentence(comparison),
    overfittingSentence(comparison),
  ].filter((line) => line !== '');
}

function differenceSentence(comparison: Comparison): string {
  const { benchmark } = comparison;
  const others = strategyRows(comparison).filter(([name]) => name !== benchmark);
  if (others.length === 0) return 'Nothing was compared with equal weights (1/N).';
  const isFound = ([, { against }]: StrategyRow): boolean => (against?.pTried ?? 1) < LEVEL;
  const isAlone = (row: StrategyRow): boolean => !isFound(row) && (row[1].against?.p ?? 1) < LEVEL;
  const [found, alone] = [others.filter(isFound), others.filter(isAlone)];
  const tried = others.length === 1 ? '' : `, with all ${others.length} tried`;
  const judged = `by a bootstrap of Sharpe ratios at the ${shortPercent(LEVEL)} level${tried}`;
  const first =
    found.length === 0
      ? `**${others.length === 1 ? `${others[0]![0]} does not differ` : `None of ${others.length} strategies differs`} from equal weights (1/N) by more than chance**, ${judged}.`
      : `**${LIST.format(found.map((row) => differs(row, comparison)))} than equal weights (1/N)**, ${judged}.`;
  if (alone.length === 0) return first;
  return `${first} ${LIST.format(alone.map(([name]) => name))} would, had nothing else been tried.`;
}

const differs = ([name, { sharpe }]: StrategyRow, { strategies, benchmark }: Comparison): string =>
  `${name} did ${sharpe > strategies[benchmark]!.sharpe ? 'better' : 'worse'}`;

function limitSentence(comparison: Comparison, { limit, mandate }: CompareRequest): string {
  const rows = strategyRows(comparison);
  const worst = `worst ${shortPercent(Number((1 - mandate.risk.alpha).toFixed(9)))} of outcomes`;
  const few =
    comparison.tail < HANDFUL
      ? ` That is the mean of the worst ${ratio(comparison.tail, 1)} of ${plural(rows[0]?.[1].decisions ?? 0, 'outcome')}: too few to tell much.`
      : '';
  if (limit === 'unlimited') return few === '' ? '' : `No limit was set.${few.replace('That', 'The CVaR')}`;
  const over = rows.filter(([, { realisedToLimit = 0 }]) => realisedToLimit > 1);
  const said =
    over.length === 0
      ? `The ${worst} stayed within the limit of ${shortPercent(limit)} on average, by every strategy.`
      : `The ${worst} went beyond the limit of ${shortPercent(limit)} on average by ${LIST.format(over.map(([name, { realisedToLimit }]) => `${name} (${ratio(realisedToLimit!, 2)} ×)`))}.`;
  return `${said}${few}`;
}

/** Dates on which no split keeps the limit. */
const unkept = ({ decisions, feasible, failed }: ComparedStrategy): number => decisions - feasible - failed;

/** Where no split keeps the limit on half of the dates or more, figures say little of a strategy's own weights. */
function insteadSentence(comparison: Comparison, { limit }: CompareRequest): string {
  if (limit === 'unlimited') return '';
  const others = strategyRows(comparison).filter(([name]) => name !== comparison.benchmark);
  const byCount = Map.groupBy(
    others.filter(([, one]) => unkept(one) >= one.decisions / 2),
    ([, one]) => `on ${unkept(one)} of ${plural(one.decisions, 'date')}`,
  );
  if (byCount.size === 0) return '';
  const said = [...byCount].map(([dates, some]) => `by ${LIST.format(some.map(([name]) => name))} ${dates}`);
  return `The limit could not be kept ${LIST.format(said)}: there the least risky split was held instead of own weights.`;
}

const earned = ([name, { annualReturn, maxDrawdown }]: StrategyRow): string =>
  `${name}, ${signedPercent(annualReturn)} per year and a drawdown of ${percent(maxDrawdown, 1)}`;

function profitSentence(comparison: Comparison): string {
  const rows = strategyRows(comparison);
  const best = rows.reduce((one, other) => (other[1].annualReturn > one[1].annualReturn ? other : one));
  const calm = rows.reduce((one, other) => (other[1].maxDrawdown < one[1].maxDrawdown ? other : one));
  return best[0] === calm[0]
    ? `The most profit and the smallest drawdown: ${earned(best)}.`
    : `The most profit: ${earned(best)}. The smallest drawdown: ${earned(calm)}.`;
}

const overfittingSentence = ({ overfitting }: Comparison): string =>
  overfitting === undefined
    ? ''
    : `What had the best Sharpe ratio on half of the days fell below the median on the other half in ${percent(overfitting.probability, 0)} of ${plural(overfitting.splits, 'split')} (probability of backtest overfitting; 50% is chance).`;

/** For people who cannot see the picture. */
export const altFigures = ({ comparison }: CompareAnswer): string =>
  strategyRows(comparison)
    .map(
      ([name, { annualReturn, maxDrawdown }]) =>
        `${name} ${signedPercent(annualReturn, 1)} per year, drawdown ${percent(maxDrawdown, 1)}`,
    )
    .join('; ');
