import type { RecordAnswer } from '../../engine-service/record.ts';
import type { DecisionOutcome } from '../../engine/backtest/types.ts';
import { ENOUGH_DECISIONS, type LimitRecord } from '../../engine/record/record.ts';
import { NO_NUMBER, alignColumns, plural, ratio, shortPercent, signedPercent, wholeNumber } from '../../format.ts';
import type { Reply, ReplyField, ReplyImage } from '../../reply.ts';
import { accountFields, heldField } from '../account-fields.ts';
import { askedLine } from '../question.ts';
import { behindField } from '../walk-behind.ts';
import { costsIn, tradeField } from '../walk-trades.ts';
import { chartInputOf } from './chart-input.ts';
import { priceField, scenarioField } from '../provenance.ts';
import { limitRange, profitSentence, recordSentence, wholePercent } from '../record-words.ts';

export interface RecordView {
  readonly answer: RecordAnswer;
  readonly images?: readonly ReplyImage[];
  /** Milliseconds since 1970, for the age of the prices. */
  readonly now: number;
}

export function recordReply({ answer, images = [], now }: RecordView): Reply {
  const { request, universe, record } = answer;
  const { horizonDays, risk } = request.mandate;
  const { cautions } = chartInputOf(answer).asked;
  return {
    tone: record.pooled.feasible === 0 || cautions.length > 0 ? 'warning' : 'answer',
    title: `Record · ${plural(horizonDays, 'trading day')} · ${universe}`,
    body: [recordSentence(record, risk.alpha), profitSentence(record.pooled), ...cautions, askedLine(request)]
      .filter((line) => line !== '')
      .join('\n'),
    table: limitTable(record.byLimit),
    fields: fields(answer, now),
    footer: 'What held in the past may not hold again. Not investment advice.',
    ...(images.length > 0 && { images }),
  };
}

const limitTable = (limits: readonly LimitRecord[]): string[] =>
  alignColumns([
    ['Limit', 'Kept', 'Broken', 'Tail', 'Predicted', 'Real'],
    ...limits.map(({ limit, feasible, violations, realisedToLimit, predicted, realised }) => [
      shortPercent(limit),
      String(feasible),
      feasible === 0 ? NO_NUMBER : String(violations),
      realisedToLimit === undefined ? NO_NUMBER : ratio(realisedToLimit, 2),
      predicted === undefined ? NO_NUMBER : signedPercent(predicted),
      realised === undefined ? NO_NUMBER : signedPercent(realised),
    ]),
  ]);

function fields({ request, walks, record, prices, account, tickers }: RecordAnswer, now: number): ReplyField[] {
  const { pooled } = record;
  const all = walks.flatMap(({ decisions }) => decisions);
  const first = all[0]?.date ?? '';
  const last = all.reduce((latest, { until }) => (until > latest ? until : latest), '');
  const offsets = request.offsets.length > 1 ? `, begun ${request.offsets.join(', ')} days later` : '';
  const share = pooled.feasible === 0 ? undefined : pooled.violations / pooled.feasible;
  const interval = pooled.violationsInterval;
  return [
    { name: 'Period', value: `${first} to ${last}, ${plural(record.decisions, 'decision date')}${offsets}` },
    ...(share === undefined || interval === undefined
      ? []
      : [
          {
            name: `Broken under ${limitRange(pooled.limits)}`,
            value: `${wholePercent(share)} of ${wholeNumber(pooled.feasible)}; with these half-years drawn anew, ${wholePercent(interval[0])} to ${wholePercent(interval[1])}`,
          },
        ]),
    ...(pooled.used === undefined
      ? []
      : [{ name: 'Limit used', value: `${wholePercent(pooled.used)}, where it decides` }]),
    ...tradeField(all, request.mandate),
    ...behindField(all, request.mandate),
    ...(account ? [heldField(account, tickers, 'Held at first'), ...accountFields(account, now)] : []),
    priceField(prices, now),
    scenarioField(request.sampling),
    { name: 'In the table', value: legend(all) },
  ];
}

const legend = (decisions: readonly DecisionOutcome[]): string =>
  `Kept: decisions that could keep the limit. Broken: losses beyond value-at-risk. Tail: the average of the worst losses ÷ the limit; ` +
  `at most about 1 is a promise kept. Predicted, Real: average profit${costsIn(decisions) === 'after costs' ? ' after costs' : ''}. Above, limits with ${ENOUGH_DECISIONS} decisions or more are pooled, or all where none has as many.`;
