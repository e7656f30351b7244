import type { CompareAnswer } from '../../engine-service/compare.ts';
import { alignColumns, NO_NUMBER, percent, ratio, signedPercent } from '../../format.ts';
import { replyToText } from '../../terminal/output.ts';
import { compareReply, KEPT, LEGEND, legend, shortPValue, percentilesText } from './reply.ts';
import { figureRows } from './words.ts';

/** As in Discord, with the wider tables that a terminal has room for. @param now milliseconds since 1970 */
export function compareText(answer: CompareAnswer, now: number): string {
  const reply = compareReply({ answer, now });
  return replyToText({
    ...reply,
    table: [
      'Performance per year, after costs. Turnover: portfolios traded per year.',
      ...pathTable(answer),
      '',
      `Beside ${answer.comparison.benchmark} (1/N), and beside the limit:`,
      ...testTable(answer),
    ],
    fields: [
      ...(reply.fields ?? []).filter(({ name }) => name !== KEPT && name !== LEGEND),
      { name: LEGEND, value: [...legend(answer), ...ownColumns(answer)].join(' ') },
    ],
  });
}

const ownColumns = ({ comparison }: CompareAnswer): string[] => [
  'Broken: losses beyond value-at-risk, of the decisions that could keep the limit. t: of the mean difference of daily returns.',
  ...(comparison.cpcv === undefined ? [] : ['Sharpe on test days: the median of all splits (5th to 95th percentile).']),
];

const pathTable = (answer: CompareAnswer): string[] =>
  alignColumns([
    ['Strategy', 'Return', 'Volatility', 'Sharpe', 'Sortino', 'Drawdown', 'Calmar', 'Turnover'],
    ...figureRows(answer).map(([name, one]) => [
      name,
      signedPercent(one.annualReturn),
      percent(one.volatility),
      ratio(one.sharpe),
      ratio(one.sortino),
      percent(one.maxDrawdown),
      ratio(one.calmar),
      ratio(one.turnover, 2),
    ]),
  ]);

function testTable(answer: CompareAnswer): string[] {
  const isCrossed = answer.comparison.cpcv !== undefined;
  const rows = figureRows(answer).map(([name, { cvar, realisedToLimit, against, ...one }]) =>
    [
      name,
      percent(cvar),
      realisedToLimit === undefined ? NO_NUMBER : ratio(realisedToLimit, 2),
      one.violations === undefined ? NO_NUMBER : `${one.violations} of ${one.feasible}`,
      shortPValue(against?.p),
      shortPValue(against?.pTried),
      against === undefined ? NO_NUMBER : ratio(against.t, 2),
      one.deflatedSharpe === undefined ? NO_NUMBER : ratio(1 - one.deflatedSharpe, 3),
    ].concat(isCrossed ? (one.cpcv === undefined ? NO_NUMBER : percentilesText(one.cpcv)) : []),
  );
  const header = ['Strategy', 'CVaR', '÷ limit', 'Broken', 'p', 'all', 't', 'Luck'];
  return alignColumns([[...header, ...(isCrossed ? ['Sharpe on test days'] : [])], ...rows]);
}
