// Must show how often limits were broken together with the profit, and must not sound like advice.
import type { BacktestAnswer } from '../../engine-service/answers.ts';
import type { LimitSummary, Rule } from '../../engine/backtest/types.ts';
import { DEFAULT_STRATEGY, findStrategy } from '../../engine/strategies/index.ts';
import { cvarsOf, datesOf, keptBy, limitsFirst, noneKept, periodOf, ruleKey } from './rules.ts';
import { verdict, wasAnyKept } from './verdict.ts';
import { NO_NUMBER, alignColumns, percent, plural, ratio, signedPercent } from '../../format.ts';
import { askedLine, restate } from '../question.ts';
import { accountFields, heldField } from '../account-fields.ts';
import { behindField } from '../walk-behind.ts';
import { costsIn, tradeField } from '../walk-trades.ts';
import { priceField, scenarioField } from '../provenance.ts';
import type { Reply, ReplyField, ReplyImage } from '../../reply.ts';

export interface BacktestView {
  readonly answer: BacktestAnswer;
  readonly images?: readonly ReplyImage[];
  /** Milliseconds since 1970, for the age of the prices. */
  readonly now: number;
}

export function backtestReply({ answer, images = [], now }: BacktestView): Reply {
  const { request, universe, result } = answer;
  const hasVerdict = wasAnyKept(answer);
  const { cautions } = restate(request, cvarsOf(result));
  const strategy = request.strategy.id === DEFAULT_STRATEGY.id ? undefined : findStrategy(request.strategy.id);
  return {
    tone: hasVerdict && cautions.length === 0 ? 'answer' : 'warning',
    title: `Backtest · ${strategy ? `${strategy.title} · ` : ''}${plural(request.mandate.horizonDays, 'trading day')} · ${universe}`,
    body: [
      ...(strategy ? [strategy.about] : []),
      hasVerdict
        ? verdict(answer)
        : `${noneKept(result, request.mandate)} \`min\` below is the least risky split on each date.`,
      ...cautions,
      askedLine(request),
    ].join('\n'),
    table: [...limitTable(answer), '', ...pathTable(answer)],
    fields: fields(answer, now),
    footer: 'What held in the past may not hold again. Not investment advice.',
    ...(images.length > 0 && { images }),
  };
}

const rowOf = ({ limit, feasible, predicted, realised, violations, esRatio }: LimitSummary): string[] => [
  ruleKey(limit),
  String(feasible),
  predicted === undefined ? NO_NUMBER : signedPercent(predicted),
  realised === undefined ? NO_NUMBER : signedPercent(realised),
  feasible === 0 ? NO_NUMBER : String(violations),
  esRatio === undefined ? NO_NUMBER : ratio(esRatio, 2),
];

/** Over the `Kept` dates: average profit, predicted and realised, and the number and depth of losses beyond value-at-risk. */
function limitTable({ result }: BacktestAnswer): string[] {
  const summaries = limitsFirst(result.byLimit, ({ limit }) => limit);
  return alignColumns([['Limit', 'Kept', 'Predicted', 'Real', 'Broken', 'Tail'], ...summaries.map(rowOf)]);
}

/** The performance of each rule. A limit that could never be kept has no row: it always held the least risky split. */
function pathTable({ result: { byLimit, paths } }: BacktestAnswer): string[] {
  const wasKept = (rule: Rule): boolean => byLimit.every(({ limit, feasible }) => limit !== rule || feasible > 0);
  const rows = limitsFirst(paths, ({ rule }) => rule)
    .filter(({ rule }) => wasKept(rule))
    .map(({ rule, metrics: { net } }) => [
      ruleKey(rule),
      signedPercent(net.annualReturn),
      percent(net.maxDrawdown),
      ratio(net.sharpe, 2),
    ]);
  return alignColumns([['Path', 'Per year', 'Drawdown', 'Sharpe'], ...rows]);
}

/** Added when no first day was given. */
const DEFAULT_PERIOD = ': the last three years, as far as there was enough data to train a model';

const legend = ({ result }: BacktestAnswer): string =>
  [
    `Kept: dates on which the limit could be kept${keptBy(result)}. Predicted, Real: average profit on these dates.`,
    'Broken: losses beyond value-at-risk. Tail: average of these losses, realised ÷ predicted; above 1 is worse than predicted.',
    'equal: equal weights. min: the least risky split on each date.',
  ].join(' ');

function fields(answer: BacktestAnswer, now: number): ReplyField[] {
  const { request, result, prices, index, account } = answer;
  const { decisions } = result;
  const failed = decisions.filter(({ status }) => status === 'failed').length;
  return [
    {
      name: 'Period',
      value: `${periodOf(result)}, ${plural(datesOf(result), 'decision')}${request.from === undefined ? DEFAULT_PERIOD : ''}`,
    },
    { name: 'Retraining', value: retraining(request) },
    { name: 'Costs', value: costText(answer) },
    ...tradeField(decisions, request.mandate),
    ...behindField(decisions, request.mandate),
    ...(account ? [heldField(account, answer.tickers, 'Held at first'), ...accountFields(account, now)] : []),
    ...(index === undefined ? [] : [{ name: 'Index', value: index }]),
    ...(failed === 0
      ? []
      : [
          {
            name: 'Not decided',
            value: `${failed} of ${decisions.length} because of an error: the least risky split, or the previous holdings, were used`,
          },
        ]),
    priceField(prices, now),
    scenarioField(request.sampling),
    { name: 'In the tables', value: legend(answer) },
  ];
}

const costText = ({ request: { costBps }, result: { decisions } }: BacktestAnswer): string =>
  `${percent(costBps / 10_000)} of the value traded, ${costsIn(decisions) === 'after costs' ? 'weighed by each decision, and deducted everywhere but from losses' : 'deducted in the paths only'}`;

function retraining({ retrainDays, window, isWarmStarted }: BacktestAnswer['request']): string {
  const when = retrainDays === 0 ? 'at every decision' : `every ${plural(retrainDays, 'trading day')}`;
  const what = window === 'expanding' ? 'on all earlier days' : `on the ${plural(window, 'day')} before`;
  return `${when}, ${what}${isWarmStarted ? ', starting from the previous model' : ''}`;
}
