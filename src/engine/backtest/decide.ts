import { withLimit, withoutLimit, type Mandate, type Mandates } from '../mandate.ts';
import { oncePer } from '../once-per.ts';
import { quantilesOf } from '../record/reliability.ts';
import { portfolioLosses } from '../risk.ts';
import { type MeasuredPortfolio, pricingSample } from '../samples.ts';
import { decideContext, type Drawn } from '../strategies/drawn.ts';
import { equalWeights } from '../equal-weights.ts';
import { equalWeight } from '../strategies/equal-weight/index.ts';
import { findStrategy } from '../strategies/index.ts';
import { minimumCvar } from '../strategies/minimum-cvar/index.ts';
import { faultOf, type AnyStrategy, type Decision, type WorkContext } from '../strategies/strategy.ts';
import type { Portfolio } from '../types.ts';
import type { RuleDecision } from './types.ts';

/** A past day, and the decisions to make on it. */
export interface PastDay {
  readonly mandate: Mandate;
  readonly limits: readonly number[];
  /** By the strategy that decides, from a history that ends on the day. */
  readonly drawn: Drawn;
}

export interface DecidedDay {
  /** By equal weights, by minimum CVaR, then under the limits in their order. */
  readonly decisions: readonly RuleDecision[];
  /** The errors of failed decisions. */
  readonly faults: readonly string[];
}

/**
 * Decides what `allocate` would answer on that day under each limit, and, for comparison, by two rules without a limit,
 * all on the same samples. A fault under one limit fails only that decision.
 * @throws UserError when no weights meet the constraints; Error when nothing can be decided; the signal's reason when
 *   aborted
 */
export async function decideDay(day: PastDay, context: WorkContext): Promise<DecidedDay> {
  const { limits, drawn } = day;
  const strategy = findStrategy(drawn.strategy);
  const mandate = withoutLimit(day.mandate);
  const shared = decideContext(drawn, context);
  const decideBy = (one: AnyStrategy, mandates: Mandates) => one.decide(drawn.source, mandates, shared);
  const [first, ...others] = limits.map((limit) => withLimit(mandate, limit));
  const answers = first === undefined ? [] : await decideBy(strategy, [first, ...others]);
  // Equal weights are held even if they break the constraints, since they involve no choice.
  const [equal] = await decideBy(equalWeight, [{ ...mandate, constraints: [] }]);
  const solved = answers.find(({ minimum }) => minimum !== undefined)?.minimum;
  const [least] = solved ? [optimal(solved)] : await decideBy(minimumCvar, [mandate]);
  const minCvar = leastLimitOf(least!);
  const sample = pricingSample(shared.samples);
  const quantiles = oncePer(({ weights }: Portfolio) => quantilesOf(portfolioLosses(sample, weights)));
  return {
    decisions: [
      ruleDecision('equal', equal!, minCvar),
      ruleDecision('min', least!, minCvar),
      ...limits.map((limit, k) => ruleDecision(limit, answers[k]!, minCvar, quantiles)),
    ],
    faults: answers.flatMap((answer) => (answer.status === 'failed' ? [answer.stack ?? answer.reason] : [])),
  };
}

const optimal = (portfolio: MeasuredPortfolio): Decision => ({ status: 'optimal', portfolio });

/** The decisions of a day on which nothing could be decided. @param tickers (n) */
export function failedDecisions(limits: readonly number[], tickers: readonly string[]): RuleDecision[] {
  return [
    { limit: 'equal', status: 'failed', weights: equalWeights(tickers) },
    ...(['min', ...limits] as const).map((limit): RuleDecision => ({ limit, status: 'failed' })),
  ];
}

function leastLimitOf(decision: Decision): number {
  if (decision.status !== 'failed') return decision.portfolio.leastLimit;
  throw new Error(`no least risky split: ${decision.reason}`, { cause: faultOf(decision) });
}

/** @param quantiles absent: none are kept */
function ruleDecision(
  limit: RuleDecision['limit'],
  decision: Decision,
  minCvar: number,
  quantiles?: (portfolio: Portfolio) => readonly number[],
): RuleDecision {
  const { status, minimum } = decision;
  if (status === 'failed') return { limit, status, ...(minimum && { weights: minimum.weights }), minCvar };
  const { loosestLimit } = decision;
  return {
    limit,
    status,
    ...figures(decision.portfolio),
    ...(quantiles && status === 'optimal' && { quantiles: quantiles(decision.portfolio) }),
    minCvar,
    ...(typeof limit === 'number' && loosestLimit !== undefined && { loosestLimit }),
  };
}

function figures({ weights, expectedReturn: predicted, valueAtRisk, cvar, freshCvar }: MeasuredPortfolio) {
  return {
    weights,
    predicted,
    valueAtRisk,
    cvar,
    freshCvar,
  };
}
