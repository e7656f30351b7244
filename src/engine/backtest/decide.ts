import type { History } from '../history.ts';
import { withLimit, withoutLimit, type Mandate, type Mandates } from '../mandate.ts';
import { samplingsOf, type MeasuredPortfolio, type Samples, type Sampling } from '../samples.ts';
import { equalWeight, equalWeights } from '../strategies/equal-weight/index.ts';
import { findStrategy } from '../strategies/index.ts';
import { minimumCvar } from '../strategies/minimum-cvar/index.ts';
import { faultOf, type AnyStrategy, type Decision, type Model, type WorkContext } from '../strategies/strategy.ts';
import type { RuleDecision } from './types.ts';

/** A past day, and the decisions to make on it. */
export interface PastDay {
  /** The strategy's id. */
  readonly strategy: string;
  readonly model: Model;
  /** Ends on the day of the decision. */
  readonly history: History;
  readonly mandate: Mandate;
  readonly limits: readonly number[];
  readonly sampling: Sampling;
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
  const { model, history, limits } = day;
  const strategy = findStrategy(day.strategy);
  const mandate = withoutLimit(day.mandate);
  const samples = await drawSamples(strategy, day, context);
  const decideBy = (one: AnyStrategy, mandates: Mandates) =>
    one.decide(model, history, mandates, { ...context, samples });
  const [first, ...others] = limits.map((limit) => withLimit(mandate, limit));
  const answers = first === undefined ? [] : await decideBy(strategy, [first, ...others]);
  // Equal weights are held even if they break the constraints, since they involve no choice.
  const [equal] = await decideBy(equalWeight, [{ ...mandate, constraints: [] }]);
  const solved = answers.find(({ minimum }) => minimum !== undefined)?.minimum;
  const [least] = solved ? [optimal(solved)] : await decideBy(minimumCvar, [mandate]);
  const minCvar = cvarOf(least!);
  return {
    decisions: [
      ruleDecision('equal', equal!, minCvar),
      ruleDecision('min', least!, minCvar),
      ...limits.map((limit, k) => ruleDecision(limit, answers[k]!, minCvar)),
    ],
    faults: answers.flatMap((answer) => (answer.status === 'failed' ? [answer.stack ?? answer.reason] : [])),
  };
}

async function drawSamples(
  strategy: AnyStrategy,
  { model, history, mandate: { horizonDays }, sampling }: PastDay,
  context: WorkContext,
): Promise<Samples> {
  const { main, fresh } = samplingsOf(sampling);
  return {
    scenarios: await strategy.simulate(model, history, horizonDays, { ...context, sampling: main }),
    fresh: await strategy.simulate(model, history, horizonDays, { ...context, sampling: fresh }),
  };
}

const optimal = (portfolio: MeasuredPortfolio): Decision => ({ status: 'optimal', portfolio });

/** The decisions of a day on which nothing could be decided. @param assets n */
export function failedDecisions(limits: readonly number[], assets: number): RuleDecision[] {
  return [
    { limit: 'equal', status: 'failed', weights: equalWeights(assets) },
    ...(['min', ...limits] as const).map((limit): RuleDecision => ({ limit, status: 'failed' })),
  ];
}

function cvarOf(decision: Decision): number {
  if (decision.status !== 'failed') return decision.portfolio.cvar;
  throw new Error(`no least risky split: ${decision.reason}`, { cause: faultOf(decision) });
}

function ruleDecision(limit: RuleDecision['limit'], decision: Decision, minCvar: number): RuleDecision {
  const { status, minimum } = decision;
  if (status === 'failed') return { limit, status, ...(minimum && { weights: minimum.weights }), minCvar };
  return { limit, status, ...figures(decision.portfolio), minCvar };
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
