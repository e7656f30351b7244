// How often a promise was broken stands beside what was earned, and nothing sounds like advice.
import type { BacktestAnswer } from '../../engine-service/answers.ts';
import type { LimitSummary, Rule } from '../../engine/backtest/types.ts';
import { limitsFirst, ruleName } from './rules.ts';
import { verdict, wasAnyKept } from './verdict.ts';
import { NO_NUMBER, alignColumns, percent, plural, ratio, signedPercent } from '../../format.ts';
import { priceField, scenarioField } from '../provenance.ts';
import type { Reply, ReplyField, ReplyImage } from '../../reply.ts';

export interface BacktestView {
  readonly answer: BacktestAnswer;
  readonly images?: readonly ReplyImage[];
  /** Milliseconds since 1970: the age of the prices is told by it. */
  readonly now: number;
}

const NONE_KEPT = 'None of these limits could be kept on any date; `min` below is the least risky split of each date.';

export function backtestReply({ answer, images = [], now }: BacktestView): Reply {
  const { request, universe } = answer;
  const isTold = wasAnyKept(answer);
  return {
    tone: isTold ? 'answer' : 'warning',
    title: `Backtest · ${plural(request.mandate.horizonDays, 'trading day')} · ${universe}`,
    body: isTold ? verdict(answer) : NONE_KEPT,
    table: [...limitTable(answer), '', ...pathTable(answer)],
    fields: fields(answer, now),
    footer: 'What held in the past need not hold again. Not investment advice.',
    ...(images.length > 0 && { images }),
  };
}

const rowOf = ({ limit, feasible, predicted, realised, violations, esRatio }: LimitSummary): string[] => [
  ruleName(limit),
  String(feasible),
  predicted === undefined ? NO_NUMBER : percent(predicted, 1),
  realised === undefined ? NO_NUMBER : percent(realised, 1),
  feasible === 0 ? NO_NUMBER : String(violations),
  esRatio === undefined ? NO_NUMBER : ratio(esRatio, 2),
];

/** Of `Kept` dates: mean profit predicted and realised, losses beyond value-at-risk, and how deep they went. */
function limitTable({ result }: BacktestAnswer): string[] {
  const summaries = limitsFirst(result.byLimit, ({ limit }) => limit);
  return alignColumns([['Limit', 'Kept', 'Predicted', 'Real', 'Broken', 'Tail'], ...summaries.map(rowOf)]);
}

const figure = (value: number): string => (Number.isFinite(value) ? signedPercent(value, 1) : NO_NUMBER);

/** What following each rule made of the money; a limit that was never kept is the least risky split throughout. */
function pathTable({ result: { byLimit, paths } }: BacktestAnswer): string[] {
  const wasKept = (rule: Rule): boolean => byLimit.every(({ limit, feasible }) => limit !== rule || feasible > 0);
  const rows = limitsFirst(paths, ({ rule }) => rule)
    .filter(({ rule }) => wasKept(rule))
    .map(({ rule, metrics: { net } }) => [
      ruleName(rule),
      figure(net.annualReturn),
      percent(net.maxDrawdown, 1),
      ratio(net.sharpe, 2),
    ]);
  return alignColumns([['Path', 'A year', 'Drawdown', 'Sharpe'], ...rows]);
}

/** Where the question did not say when to begin. */
const BEGINNING = ': the last three years, from when on a model had enough to learn from';

const LEGEND = [
  'Kept: dates on which the limit could be kept. Predicted, Real: mean profit of these.',
  'Broken: losses beyond value-at-risk. Tail: realised ÷ predicted mean of these losses; above 1 is worse than promised.',
  'equal: all assets alike. min: the least risky split of each date.',
].join(' ');

function fields({ request, result, prices, index }: BacktestAnswer, now: number): ReplyField[] {
  const { decisions } = result;
  const dates = new Set(decisions.map(({ date }) => date)).size;
  const failed = decisions.filter(({ status }) => status === 'failed').length;
  return [
    {
      name: 'Period',
      value: `${decisions[0]?.date ?? ''} to ${decisions.at(-1)?.until ?? ''}, ${plural(dates, 'decision')}${request.from === undefined ? BEGINNING : ''}`,
    },
    { name: 'Retraining', value: retraining(request) },
    { name: 'Costs', value: `${request.costBps} bp of the value traded, in the paths alone` },
    ...(index === undefined ? [] : [{ name: 'Index', value: index }]),
    ...(failed === 0
      ? []
      : [
          {
            name: 'Not decided',
            value: `${failed} of ${decisions.length}, after a fault: the least risky split, or what was held before, was kept`,
          },
        ]),
    priceField(prices, now),
    scenarioField(request.sampling),
    { name: 'In the tables', value: LEGEND },
  ];
}

function retraining({ retrainDays, window, isWarmStarted }: BacktestAnswer['request']): string {
  const when = retrainDays === 0 ? 'at every decision' : `every ${plural(retrainDays, 'trading day')}`;
  const what = window === 'expanding' ? 'on all days before' : `on the ${plural(window, 'day')} before`;
  return `${when}, ${what}${isWarmStarted ? ', going on from the model before' : ''}`;
}
