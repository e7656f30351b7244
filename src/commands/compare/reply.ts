import type { Percentiles } from '../../engine/compare/cpcv.ts';
import type { CompareAnswer } from '../../engine-service/compare.ts';
import { alignColumns, NO_NUMBER, percent, plural, ratio, shorten, signedPercent } from '../../format.ts';
import type { Reply, ReplyField, ReplyImage } from '../../reply.ts';
import { priceField, scenarioField } from '../provenance.ts';
import { askedLine, restate } from '../question.ts';
import { walkTerms } from '../walk-terms.ts';
import { cvarsOf, type RowFigures, figureRows, questionOf, strategyRows, verdict } from './words.ts';

export interface CompareView {
  readonly answer: CompareAnswer;
  readonly images?: readonly ReplyImage[];
  /** Milliseconds since 1970, for the age of the prices. */
  readonly now: number;
}

export function compareReply({ answer, images = [], now }: CompareView): Reply {
  const { request, universe, comparison } = answer;
  const question = questionOf(request);
  const { cautions } = restate(question, cvarsOf(answer));
  const isWhole = strategyRows(comparison).every(([, { failed }]) => failed === 0);
  return {
    tone: cautions.length > 0 || !isWhole ? 'warning' : 'answer',
    title: `Comparison · ${plural(comparison.tried, 'strategy', 'strategies')} · ${plural(request.mandate.horizonDays, 'trading day')} · ${universe}`,
    body: [...verdict(answer), ...cautions, askedLine(question)].join('\n'),
    table: [...profitTable(answer), '', ...riskTable(answer), '', ...testTable(answer)],
    fields: fields(answer, now),
    footer: 'What held in the past may not hold again. Nothing is tuned on this comparison. Not investment advice.',
    ...(images.length > 0 && { images }),
  };
}

/** An embed wraps at about 40 characters, which these names and three or four short figures fill. */
const NAME_LENGTH = 16;

const table = (
  answer: CompareAnswer,
  header: readonly string[],
  cellsOf: (figures: RowFigures) => readonly string[],
): string[] =>
  alignColumns([
    [''].concat(header),
    ...figureRows(answer).map(([name, figures]) => [shorten(name, NAME_LENGTH)].concat(cellsOf(figures))),
  ]);

const profitTable = (answer: CompareAnswer): string[] =>
  table(answer, ['Return', 'Drop', 'Sharpe'], ({ annualReturn, maxDrawdown, sharpe }) => [
    signedPercent(annualReturn, 1),
    percent(maxDrawdown, 1),
    ratio(sharpe, 2),
  ]);

const riskTable = (answer: CompareAnswer): string[] =>
  table(answer, ['Vol.', 'Sortino', 'Calmar'], ({ volatility, sortino, calmar }) => [
    percent(volatility, 1),
    ratio(sortino, 2),
    ratio(calmar, 2),
  ]);

/** Whether each kept its limit, and how much better than chance it did. */
const testTable = (answer: CompareAnswer): string[] =>
  table(
    answer,
    [answer.request.limit === 'unlimited' ? 'CVaR' : 'Tail', 'p', 'all', 'Luck'],
    ({ cvar, realisedToLimit, against, deflatedSharpe }) => [
      realisedToLimit === undefined ? percent(cvar, 0) : ratio(realisedToLimit, 2),
      shortPValue(against?.p, 2),
      shortPValue(against?.pTried, 2),
      deflatedSharpe === undefined ? NO_NUMBER : ratio(1 - deflatedSharpe, 2),
    ],
  );

/** `.034`, `1.00` or `<.001`. */
export function shortPValue(p: number | undefined, decimals = 3): string {
  if (p === undefined) return NO_NUMBER;
  const text = p.toFixed(decimals);
  if (Number(text) === 0) return `<${(10 ** -decimals).toFixed(decimals).slice(1)}`;
  return text.startsWith('0') ? text.slice(1) : text.slice(0, decimals + 1);
}

/** The names of fields that a wider table makes needless, or are about its columns. */
export const [KEPT, LEGEND] = ['Kept, broken, turnover', 'In the tables'];

function fields(answer: CompareAnswer, now: number): ReplyField[] {
  const { comparison, request, prices, index } = answer;
  const { from, until, cpcv } = comparison;
  const dates = strategyRows(comparison)[0]?.[1].decisions ?? 0;
  return [
    { name: 'Period', value: `${from} to ${until}, ${plural(dates, 'decision')}` },
    {
      name: 'Terms',
      value: `${walkTerms({ ...request, horizonDays: request.mandate.horizonDays })}, the same for all`,
    },
    { name: KEPT, value: keptLine(answer) },
    ...undecided(answer),
    ...(cpcv
      ? [
          {
            name: 'Cross-validation',
            value: `${plural(cpcv.splits, 'split')} of ${cpcv.groups} groups of days, ${cpcv.training} for training. Choosing what was best on the training days came to a Sharpe ratio of ${percentilesText(cpcv.chosen)} over ${plural(cpcv.paths, 'path')} of test days. Decisions stay as they were made: only the choice is made anew.`,
          },
        ]
      : []),
    ...(index === undefined ? [] : [{ name: 'Index', value: index }]),
    priceField(prices, now),
    scenarioField(request.sampling),
    { name: LEGEND, value: [COLUMNS, ...legend(answer), COUNTS].join(' ') },
  ];
}

export const percentilesText = ({ low, median, high }: Percentiles): string =>
  `${ratio(median, 2)} (${ratio(low, 2)} to ${ratio(high, 2)})`;

/** Where an error has left something undecided. */
function undecided({ comparison }: CompareAnswer): ReplyField[] {
  const counts = strategyRows(comparison).flatMap(([name, { failed, decisions }]) =>
    failed === 0 ? [] : [`${name} ${failed} of ${decisions}`],
  );
  if (counts.length === 0) return [];
  const held = 'because of an error: the least risky split, or the previous holdings, were used';
  return [{ name: 'Not decided', value: `${counts.join('; ')}, ${held}` }];
}

/** On how many dates each could keep the limit, how often it lost more than its value-at-risk, and its turnover. */
const keptLine = ({ comparison, request }: CompareAnswer): string =>
  strategyRows(comparison)
    .map(([name, { feasible, decisions, violations, turnover }]) => {
      const isFree = request.limit === 'unlimited' || name === comparison.benchmark;
      const kept = isFree ? '' : `${feasible} of ${decisions}, `;
      return `${name} ${kept}${violations} broken, turnover ${ratio(turnover, 1)}`;
    })
    .join('; ');

/** Of the short columns here. */
const COLUMNS =
  'Return, Vol.: profit and volatility per year. Drop: largest drawdown. All after costs. Tail: CVaR ÷ the limit.';
const COUNTS =
  'Kept: decisions that could keep the limit. Broken: losses beyond value-at-risk. Turnover: portfolios traded per year.';

/** What the figures are, whatever the columns. */
export function legend({ comparison, request }: CompareAnswer): string[] {
  const cvar =
    request.limit === 'unlimited'
      ? 'CVaR: the mean of the worst outcomes, before costs.'
      : 'CVaR: the mean of the worst outcomes, before costs; ÷ the limit, at most about 1 is a promise kept.';
  return [
    cvar,
    `p: how often chance alone makes a Sharpe ratio differ so much from that of ${comparison.benchmark} (1/N); all: the most different one of those compared.`,
    'Luck: the probability that the best of as many without skill shows such a Sharpe ratio. What was tried elsewhere is not counted.',
  ];
}
