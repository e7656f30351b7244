import type { History } from '../history.ts';
import { withLimit, withoutLimit, type Mandate } from '../mandate.ts';
import type { MeasuredPortfolio, Sampling } from '../samples.ts';
import { drawSamples } from '../strategies/shared.ts';
import { equalWeight, equalWeights } from '../strategies/equal-weight/index.ts';
import { findStrategy } from '../strategies/index.ts';
import { minimumCvar } from '../strategies/minimum-cvar/index.ts';
import type { AnyStrategy, Decision, Model, WorkContext } from '../strategies/strategy.ts';
import type { RuleDecision } from './types.ts';

/** A day of the past, and what is decided on it. */
export interface PastDay {
  /** Its id. */
  readonly strategy: string;
  readonly model: Model;
  /** Ends on the decision's day. */
  readonly history: History;
  readonly mandate: Mandate;
  readonly limits: readonly number[];
  readonly sampling: Sampling;
}

export interface DecidedDay {
  /** Equal weights, minimum CVaR, then the limits in their order. */
  readonly decisions: readonly RuleDecision[];
  /** What made decisions fail. */
  readonly faults: readonly string[];
}

interface Benchmark {
  readonly rule: 'equal' | 'min';
  readonly strategy: AnyStrategy;
  /** Equal weights are held whether they keep the constraints or not: they choose nothing. */
  readonly isConstrained: boolean;
}

/** Rules without a limit that every backtest decides by, to compare with. */
const BENCHMARKS: readonly Benchmark[] = [
  { rule: 'equal', strategy: equalWeight, isConstrained: false },
  { rule: 'min', strategy: minimumCvar, isConstrained: true },
];

/**
 * What `allocate` answers on that day under every limit, beside the benchmarks, all on the same samples. The fault
 * of one limit fails that limit alone.
 * @throws UserError when no weights keep the constraints; Error when nothing can be decided; the signal's reason
 */
export async function decideDay(day: PastDay, context: WorkContext): Promise<DecidedDay> {
  const { model, history, limits } = day;
  const strategy = findStrategy(day.strategy);
  const mandate = withoutLimit(day.mandate);
  const drawing = { ...context, sampling: day.sampling };
  const samples = await drawSamples(strategy, { model, history, mandates: [mandate], context: drawing });
  const decideBy = (one: AnyStrategy, mandates: readonly Mandate[]) =>
    one.decide(model, history, mandates, { ...drawing, samples });
  const benchmarks = await Promise.all(
    BENCHMARKS.map(({ strategy: one, isConstrained }) =>
      decideBy(one, [isConstrained ? mandate : { ...mandate, constraints: [] }]),
    ),
  );
  const answers = await decideBy(
    strategy,
    limits.map((limit) => withLimit(mandate, limit)),
  );
  const minCvar = cvarOf(benchmarks[1]![0]!);
  return {
    decisions: [
      ...BENCHMARKS.map(({ rule }, b) => ruleDecision(rule, benchmarks[b]![0]!, minCvar)),
      ...limits.map((limit, k) => ruleDecision(limit, answers[k]!, minCvar)),
    ],
    faults: answers.flatMap((answer) => (answer.status === 'failed' ? [answer.reason] : [])),
  };
}

/** What is left of a day on which nothing could be decided. @param assets n */
export const failedDecisions = (limits: readonly number[], assets: number): RuleDecision[] => [
  { limit: 'equal', status: 'failed', weights: equalWeights(assets) },
  ...(['min', ...limits] as const).map((limit): RuleDecision => ({ limit, status: 'failed' })),
];

function cvarOf(decision: Decision): number {
  if (decision.status === 'failed') throw new Error(`no least risky split: ${decision.reason}`);
  return decision.portfolio.cvar;
}

/** Where the strategy cannot keep its limit, the least risky split is held. */
function ruleDecision(limit: RuleDecision['limit'], decision: Decision, minCvar: number): RuleDecision {
  const { status, minimum } = decision;
  if (status === 'failed') return { limit, status, ...(minimum && { weights: minimum.weights }), minCvar };
  const held = status === 'optimal' ? decision.portfolio : (minimum ?? decision.portfolio);
  return { limit, status, ...figures(held), minCvar };
}

const figures = ({ weights, expectedReturn: predicted, valueAtRisk, cvar, freshCvar }: MeasuredPortfolio) => ({
  weights,
  predicted,
  valueAtRisk,
  cvar,
  freshCvar,
});
