import type { CompareAnswer } from '../../engine-service/compare.ts';
import { alignColumns, NO_NUMBER, percent, ratio, signedPercent } from '../../format.ts';
import { replyToText } from '../../terminal/output.ts';
import { compareReply, pValue, spread } from './reply.ts';
import { figuresOf } from './words.ts';

/** @param now milliseconds since 1970, for the age of the prices */
export const compareText = (answer: CompareAnswer, now: number): string =>
  replyToText({
    ...compareReply({ answer, now }),
    table: [
      'Per year, after costs. Traded: portfolios per year.',
      ...pathTable(answer),
      '',
      `Tail: the mean of the worst outcomes. p: of a Sharpe ratio equal to that of ${answer.comparison.benchmark}. t: of the mean difference of daily returns.`,
      ...testTable(answer),
    ],
  });

const pathTable = (answer: CompareAnswer): string[] =>
  alignColumns([
    ['Strategy', 'Return', 'Volatility', 'Sharpe', 'Sortino', 'Drawdown', 'Calmar', 'Traded'],
    ...figuresOf(answer).map(([name, one]) => [
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
  const rows = figuresOf(answer).map(([name, { cvar, realisedToLimit, against, ...one }]) =>
    [
      name,
      percent(cvar),
      realisedToLimit === undefined ? NO_NUMBER : ratio(realisedToLimit, 2),
      one.violations === undefined ? NO_NUMBER : `${one.violations} of ${one.feasible}`,
      pValue(against?.p),
      pValue(against?.pTried),
      against === undefined ? NO_NUMBER : ratio(against.t, 2),
      one.deflatedSharpe === undefined ? NO_NUMBER : ratio(1 - one.deflatedSharpe, 3),
    ].concat(isCrossed ? (one.cpcv === undefined ? NO_NUMBER : spread(one.cpcv)) : []),
  );
  const header = ['Strategy', 'Tail', '÷ limit', 'Broken', 'p', 'all', 't', 'Luck'];
  return alignColumns([[...header, ...(isCrossed ? ['Sharpe on test days'] : [])], ...rows]);
}
