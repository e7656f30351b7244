import type { BacktestAnswer } from '../../engine-service/answers.ts';
import type { LimitSummary } from '../../engine/backtest/types.ts';
import { withinBounds } from '../question.ts';
import { costsIn } from '../walk-trades.ts';
import { keptBy } from './rules.ts';
import { plural, shortPercent, signedPercent } from '../../format.ts';

type Limit = LimitSummary & { readonly limit: number };

const limitsOf = ({ result }: BacktestAnswer): Limit[] =>
  result.byLimit.filter((summary): summary is Limit => typeof summary.limit === 'number');

/** Whether any limit could be kept on any date. */
export const wasAnyKept = (answer: BacktestAnswer): boolean => limitsOf(answer).some(({ feasible }) => feasible > 0);

/** @param answer with a limit that could be kept on some date */
export const verdict = (answer: BacktestAnswer): string =>
  [brokenSentence(answer), keptSentence(answer), profitSentence(answer)].join('\n');

/** The significance level of both tests: how often a correct model fails one of them. */
const LEVEL = 0.05;

/** Whether chance explains how often value-at-risk was broken, and how deep the losses beyond it were. */
const hasHeld = (
  { feasible, violations, kupiecP = 1, z2 = 0, z2Critical = -Infinity }: LimitSummary,
  alpha: number,
): boolean => (kupiecP >= LEVEL || violations <= (1 - alpha) * feasible) && z2 >= z2Critical;

function brokenSentence(answer: BacktestAnswer): string {
  const share = 1 - answer.request.mandate.risk.alpha;
  const tested = limitsOf(answer).filter(({ feasible }) => feasible > 0);
  const held = tested.filter((summary) => hasHeld(summary, answer.request.mandate.risk.alpha));
  const excess = ({ violations, feasible }: Limit): number => violations - share * feasible;
  const [worst] = tested.toSorted((a, b) => excess(b) - excess(a));
  return (
    `**${held.length} of ${plural(tested.length, 'limit')} held**, by Kupiec's test of how often value-at-risk was broken ` +
    `(${shortPercent(share)} of decisions may) and Acerbi and Szekely's test of how deeply, both at the ${shortPercent(LEVEL)} level. ` +
    'With few decisions the tests miss much. ' +
    brokenMost(tested.every(({ violations }) => violations === 0) ? undefined : worst!, share)
  );
}

function brokenMost(worst: Limit | undefined, share: number): string {
  if (worst === undefined) return 'No limit was broken even once.';
  const { limit, violations, feasible } = worst;
  return `Broken most often: ${shortPercent(limit)}, ${violations} of ${plural(feasible, 'time')}, against ${(share * feasible).toFixed(1)} promised.`;
}

/** From limits that could never be kept to those that always could. */
function keptSentence(answer: BacktestAnswer): string {
  const limits = limitsOf(answer);
  const never = limits.findLast(({ feasible }) => feasible === 0);
  const always = limits.find(({ feasible, decisions }) => feasible === decisions);
  const within = withinBounds(answer.request.mandate);
  if (always !== undefined && always === limits[0]) return `Every limit could be kept${within} on every date.`;
  const sometimes = limits.filter(({ feasible, decisions }) => feasible > 0 && feasible < decisions);
  const ends = always ? sometimes.slice(0, 1) : [...new Set([...sometimes.slice(0, 1), ...sometimes.slice(-1)])];
  const parts = [
    ...(never ? [`up to ${shortPercent(never.limit)} on no date`] : []),
    ...ends.map(
      ({ limit, feasible, decisions }) => `${shortPercent(limit)} on ${feasible} of ${plural(decisions, 'date')}`,
    ),
    ...(always ? [`from ${shortPercent(always.limit)} on every date`] : []),
  ];
  return `Could be kept${within}${keptBy(answer.result)}: ${parts.join(', ')}.`;
}

/** A smaller difference between two averages of so few decisions means nothing. */
const SMALLEST_GAP = 0.0005;

/** Averages over all decisions that could keep their limit, equally weighted. */
function profitSentence(answer: BacktestAnswer): string {
  const limits = limitsOf(answer);
  const kept = limits.reduce((sum, { feasible }) => sum + feasible, 0);
  const mean = (key: 'predicted' | 'realised'): number =>
    limits.reduce((sum, summary) => sum + (summary[key] ?? 0) * summary.feasible, 0) / kept;
  const [predicted, realised] = [mean('predicted'), mean('realised')];
  const gap = Math.abs(predicted - realised);
  const how = predicted > realised ? 'overstated' : 'understated';
  return (
    `Profit was **${gap < SMALLEST_GAP ? 'as predicted' : `${how} by ${(gap * 100).toFixed(2)} points`}**: ` +
    `${signedPercent(predicted)} per ${plural(answer.request.mandate.horizonDays, 'trading day')} was predicted, ` +
    `${signedPercent(realised)} was realised ${costsIn(answer.result.decisions)}.`
  );
}
