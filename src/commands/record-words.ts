// What a record says in words. It must show how often limits were broken together with the profit.
import { MOST_UNIVERSES, type Past, pooledDates } from '../engine/record/past.ts';
import {
  ENOUGH_DECISIONS,
  type LimitRecord,
  type PooledRecord,
  type RecordSummary,
  type WorstDecision,
} from '../engine/record/record.ts';
import type { Mandate } from '../engine/mandate.ts';
import { type AllocateRequest, hasRecord, horizonClass } from '../engine-service/requests.ts';
import { plural, ratio, shortPercent, signedPercent } from '../format.ts';
import type { ReplyField } from '../reply.ts';
import { hasBounds } from './question.ts';

/** A share as a whole percentage: `4%`. */
export const wholePercent = (share: number): string => `${Math.round(100 * share)}%`;

/** Of the decisions that promised something. */
type KeptCounts = Pick<LimitRecord, 'feasible' | 'violations' | 'realisedToLimit'>;

/** How often, how deep, and the worst. */
export function recordSentence(summary: RecordSummary, alpha: number): string {
  const {
    decisions,
    pooled,
    worst: [worst],
  } = summary;
  if (pooled.feasible === 0) return `None of these limits could be kept on any of ${plural(decisions, 'past date')}.`;
  const dates = `on ${plural(pooledDates(summary), 'date')}`;
  return `In ${plural(pooled.feasible, 'past decision')} ${dates} under ${limitRange(pooled.limits)} ${wentBeyond(pooled, alpha)}${worstOf(worst, 'the worst one')}.`;
}

/**
 * The same beside an answer, which is about the future.
 * @param mandate of the answer
 */
export function pastSentence(past: Past, mandate: Mandate): string {
  const whole = past.scope === 'limit' ? 'the worst under any limit' : 'the worst one';
  const dates = past.feasible === past.dates ? '' : ` on ${plural(past.dates, 'date')}`;
  return `In ${plural(past.feasible, 'past decision')}${dates}${overDays(past, mandate)} ${whichOf(past)}${unlike(past, mandate)} ${wentBeyond(past, past.alpha)}${worstOf(past.worst, whole)}.`;
}

const overDays = (past: Past, { horizonDays }: Mandate): string =>
  past.horizonDays === horizonDays ? '' : ` over ${plural(past.horizonDays, 'day')}`;

/** In what the past differs from a mandate, except for its days. */
function unlike(past: Past, { constraints, risk }: Mandate): string {
  const other = [
    ...(hasBounds({ constraints }) ? ['without bounds'] : []),
    ...(past.alpha === risk.alpha ? [] : [`at alpha ${shortPercent(past.alpha)}`]),
  ];
  return other.length > 0 ? ` (${other.join(', ')})` : '';
}

/** @param noPast see `AllocationView` */
export function recordFields(
  {
    past,
    request,
  }: { readonly past?: Past; readonly request: { readonly mandate: Mandate; readonly views?: unknown } },
  noPast?: string,
): ReplyField[] {
  const none = request.views === undefined ? noPast : 'It does not cover answers with views.';
  const value = past ? pastSentence(past, request.mandate) : none;
  return value === undefined ? [] : [{ name: 'Record', value }];
}

/** In the terminal no record is made beside an answer. */
export function noPastOf({ request }: { readonly request: AllocateRequest }): { noPast?: string } {
  if (!hasRecord(request)) return {};
  const days = horizonClass(request.mandate.horizonDays);
  return {
    noPast: `None of ${ENOUGH_DECISIONS} past dates or more: record --horizon ${days} makes what the prices allow.`,
  };
}

const OF_MANY = `of up to ${MOST_UNIVERSES} universes`;

function whichOf({ scope, limits = [] }: Past): string {
  if (scope !== 'all') return `${scope === 'universe' ? 'of this universe ' : ''}under ${limitRange(limits)}`;
  return `${OF_MANY} (this one has too few)`;
}

/** `8%`, or `7–9%`. @param limits ascending */
export function limitRange(limits: readonly number[]): string {
  const [first = 0, last = first] = [limits[0], limits.at(-1)];
  return first === last ? shortPercent(first) : `${shortPercent(first).slice(0, -1)}–${shortPercent(last)}`;
}

const wentBeyond = ({ feasible, violations, realisedToLimit = Number.NaN }: KeptCounts, alpha: number): string =>
  `losses went beyond the value-at-risk in ${wholePercent(violations / feasible)}, ${shortPercent(1 - alpha)} promised; ` +
  depthWords(realisedToLimit, alpha);

/** @param realisedToLimit the mean of the worst 1 − alpha of loss ÷ limit */
export const depthWords = (realisedToLimit: number, alpha: number): string =>
  `the worst ${shortPercent(1 - alpha)} ${realisedToLimit > 0 ? `lost ${ratio(realisedToLimit, 2)} × the limit` : 'lost nothing'}`;

function worstOf(worst: WorstDecision | undefined, which: string): string {
  if (worst === undefined || worst.loss <= 0) return '';
  return `; ${which} lost ${wholePercent(worst.loss)} under ${shortPercent(worst.limit)}`;
}

/** Beyond this, chance is no explanation: 95 %, two-sided. */
const SIGNIFICANT = 1.96;

/** What past predictions of profit came to. */
export function profitSentence({ predicted, realised, tPredictedMinusRealised: t }: PooledRecord): string {
  if (predicted === undefined || realised === undefined) return '';
  const why =
    t === undefined ? '' : `, ${Math.abs(t) < SIGNIFICANT ? 'a difference that' : 'more than'} chance explains`;
  return `Past predictions of profit were ${signedPercent(predicted)} on average; ${signedPercent(realised)} came true${why}.`;
}

/**
 * What past predictions came to, for one that is about the future:
 * `past ones: predicted +1.40%, came true +1.60%, two in three within ±4.20%`.
 * @param mandate of the answer
 */
export function pastProfit(past: Past, mandate: Mandate): string {
  const { scope, predicted = Number.NaN, realised = Number.NaN, within } = past;
  const whose = { limit: '', universe: ` under ${limitRange(past.limits ?? [])}`, all: ` ${OF_MANY}` }[scope];
  const spread = within === undefined ? '' : `, two in three within ±${signedPercent(within).slice(1)}`;
  return `past ones${overDays(past, mandate)}${whose}${unlike(past, mandate)}: predicted ${signedPercent(predicted)}, came true ${signedPercent(realised)}${spread}`;
}
