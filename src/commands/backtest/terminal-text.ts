import type { BacktestAnswer } from '../../engine-service/answers.ts';
import type { BacktestResult } from '../../engine/backtest/types.ts';
import { backtestReply } from './reply.ts';
import { limitsFirst, ruleKey } from './rules.ts';
import { NO_NUMBER, alignColumns, percent, ratio, signedPercent } from '../../format.ts';
import { costsIn } from '../walk-trades.ts';
import { replyToText } from '../../terminal/output.ts';

/** @param now milliseconds since 1970, for the age of the prices */
export const backtestText = (answer: BacktestAnswer, now: number): string =>
  replyToText({
    ...backtestReply({ answer, now }),
    table: [
      `By limit, ${costsIn(answer.result.decisions)}. Broken: losses beyond value-at-risk${hasTrades(answer.result) ? '. Traded: of the money, at a decision on average' : ''}.`,
      ...limitTable(answer.result),
      '',
      'Performance per year, after costs. Turnover: portfolios traded per year.',
      ...pathTable(answer.result),
    ],
  });

const hasTrades = ({ byLimit }: BacktestResult): boolean => byLimit.some(({ turnover }) => turnover !== undefined);

const limitTable = (result: BacktestResult): string[] =>
  alignColumns([
    ['Limit', 'Kept', 'Predicted', 'Real', 'Broken', 'Kupiec p', 'Christoffersen p', 'Z2', 'critical', 'Tail'].concat(
      hasTrades(result) ? 'Traded' : [],
    ),
    ...limitsFirst(result.byLimit, ({ limit }) => limit).map((one) =>
      [
        ruleKey(one.limit),
        `${one.feasible} of ${one.decisions}`,
        figure(one.predicted, signedPercent),
        figure(one.realised, signedPercent),
        one.feasible === 0 ? NO_NUMBER : `${one.violations} of ${one.feasible}`,
        figure(one.kupiecP, pValue),
        figure(one.christoffersenP, pValue),
        figure(one.z2, ratio),
        figure(one.z2Critical, ratio),
        figure(one.esRatio, ratio),
      ].concat(hasTrades(result) ? figure(one.turnover, percent) : []),
    ),
  ]);

const pathTable = ({ paths }: BacktestResult): string[] =>
  alignColumns([
    ['Path', 'Return', 'before costs', 'Volatility', 'Sharpe', 'Sortino', 'Drawdown', 'Calmar', 'Turnover'],
    ...limitsFirst(paths, ({ rule }) => rule).map(({ rule, metrics: { net, gross }, turnover }) => [
      ruleKey(rule),
      signedPercent(net.annualReturn),
      signedPercent(gross.annualReturn),
      percent(net.volatility),
      ratio(net.sharpe),
      ratio(net.sortino),
      percent(net.maxDrawdown),
      ratio(net.calmar),
      ratio(turnover),
    ]),
  ]);

const figure = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined ? NO_NUMBER : format(value);

const pValue = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
