// κ, the adaptive factor: one-sided adaptive conformal scaling of simulated returns about their mean (after Gibbs &
// Candès 2021). An insurance, and slow. docs/mathematics.md, section 3.
import type { Prices } from '../types.ts';
import { isViolation } from './summary.ts';
import type { DecisionOutcome, RuleDecision } from './types.ts';

/** How much a decision that was off moves log κ. */
const STEP = 0.1;
const MOST = 1.5;

/** Before any decision. */
export const FIRST_KAPPA = 1;

/** A decision by one rule, and what became of it. */
type Outcome = Pick<DecisionOutcome, 'limit' | 'status' | 'valueAtRisk' | 'realised'>;

/**
 * κ after the outcome of a decision is known: it grows with the share of the portfolios that promised something and
 * lost more than their value-at-risk, and shrinks back towards 1 otherwise. Equal weights do not count: nothing chose
 * them.
 * @param outcomes of one day, by every rule
 */
export function nextKappa(kappa: number, outcomes: readonly Outcome[], alpha: number): number {
  const promised = outcomes.filter(
    ({ limit, status, valueAtRisk }) => limit !== 'equal' && status === 'optimal' && valueAtRisk !== undefined,
  );
  if (promised.length === 0) return kappa;
  return kappaAfter(kappa, promised.filter(isViolation).length / promised.length, alpha);
}

/** κ after the outcome of a decision of which no portfolio lost more than its value-at-risk, as mostly happens. */
export const kappaAfterCalm = (kappa: number, alpha: number): number => kappaAfter(kappa, 0, alpha);

function kappaAfter(kappa: number, violations: number, alpha: number): number {
  const log = Math.log(kappa) + STEP * (violations - (1 - alpha));
  return Math.exp(Math.min(Math.max(log, 0), Math.log(MOST)));
}

/**
 * What decisions of one day came to.
 * @param prices from that day until the end of the horizon
 */
export function outcomesOver(decisions: readonly RuleDecision[], { closes }: Prices): Outcome[] {
  const [start, end] = [closes[0]!, closes.at(-1)!];
  return decisions.flatMap(({ weights, ...decision }) =>
    weights === undefined
      ? []
      : [{ ...decision, realised: weights.reduce((sum, weight, j) => sum + weight * (end[j]! / start[j]! - 1), 0) }],
  );
}

/** κ of each date of a walk, and κ after the last. @param decisions by date, and by rule within a date */
export function kappasOf(decisions: readonly (Outcome & Pick<DecisionOutcome, 'date'>)[], alpha: number): number[] {
  const kappas = [FIRST_KAPPA];
  for (const outcomes of Map.groupBy(decisions, ({ date }) => date).values()) {
    kappas.push(nextKappa(kappas.at(-1)!, outcomes, alpha));
  }
  return kappas;
}
