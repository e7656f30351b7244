import { costRateOf, type HeldWeights } from '../constraints/beyond-bounds.ts';
import { UserError } from '../../errors.ts';
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
import { failedBy, faultOf, type AnyStrategy, type Decision, type WorkContext } from '../strategies/strategy.ts';
import type { Portfolio } from '../types.ts';
import { loosenedAsNeeded } from './loosened.ts';
import type { LimitRule, RuleDecision } from './types.ts';

/** The strategy that rule `equal` stands for, whatever the constraints: others are compared with it. */
export const BENCHMARK_STRATEGY = equalWeight.id;

/** A past day, and the decisions to make on it. */
export interface PastDay {
  /** What it holds is what every rule trades from, unless `held` says otherwise. */
  readonly mandate: Mandate;
  readonly limits: readonly LimitRule[];
  /** By the strategy that decides, from a history that ends on the day. */
  readonly drawn: Drawn;
  /** What each rule trades from, in the order of the decisions. */
  readonly held?: readonly HeldWeights[];
}

export interface DecidedDay {
  /** By equal weights, by minimum CVaR, then under the limits in their order. */
  readonly decisions: readonly RuleDecision[];
  /** The errors of failed decisions. */
  readonly faults: readonly string[];
}

type Kept = Pick<RuleDecision, 'leastBehind'>;

type Made = Decision & Kept;

const madeOf = (decision: Decision, kept: Kept): Made => ({ ...decision, ...kept });

/**
 * Decides what `allocate` would answer on that day under each limit, and, for comparison, by two rules without a limit,
 * all on the same samples. A fault under one limit fails only that decision.
 * @throws UserError when no weights meet the constraints; Error when nothing can be decided; the signal's reason when
 *   aborted
 */
export async function decideDay(day: PastDay, context: WorkContext): Promise<DecidedDay> {
  const { limits, drawn } = day;
  const shared = decideContext(drawn, context);
  const decideBy = async (one: AnyStrategy, mandates: Mandates): Promise<Made[]> => {
    const { made, ...kept } = await loosenedAsNeeded(mandates, (asked) => one.decide(drawn.source, asked, shared));
    return made.map((decision) => madeOf(decision, kept));
  };
  const [equal, min, ...own] = mandatesOf(day);
  const answers = await decideAll(day, own, (mandates) => decideBy(findStrategy(drawn.strategy), mandates));
  const [even] = await decideBy(equalWeight, [equal]);
  const solved = day.held ? undefined : answers.find(({ minimum }) => minimum !== undefined);
  const [least] = solved?.minimum ? [minimumOf(solved, solved.minimum)] : await decideBy(minimumCvar, [min]);
  const minCvar = leastLimitOf(least!);
  const sample = pricingSample(shared.samples);
  const quantiles = oncePer(({ weights }: Portfolio) => quantilesOf(portfolioLosses(sample, weights)));
  const limited = limits.map((limit, k) => {
    const answer = answers[k]!;
    return ruleDecision(limit, answer, (day.held && answer.minimum?.leastLimit) ?? minCvar, quantiles);
  });
  const decisions = [ruleDecision('equal', even!, minCvar), ruleDecision('min', least!, minCvar), ...limited];
  return {
    decisions: decisions.map((one, r) => withSales(one, [equal, min, ...own][r]!, drawn.source.tickers)),
    faults: answers.flatMap((answer) => (answer.status === 'failed' ? [answer.stack ?? answer.reason] : [])),
  };
}

/** By equal weights, by minimum CVaR, then under the limits. */
function mandatesOf({ mandate: asked, limits, held }: PastDay): readonly [Mandate, Mandate, ...Mandate[]] {
  const mandate = withoutLimit(asked);
  const heldBy = (one: Mandate, r: number): Mandate => (held ? { ...one, held: held[r]! } : one);
  // Equal weights are held even if they break the constraints, since they involve no choice. Their trades cost as much.
  const equal = { ...mandate, constraints: mandate.constraints.filter(({ kind }) => kind === 'cost') };
  return [
    heldBy(equal, 0),
    heldBy(mandate, 1),
    ...limits.map((limit, k) => heldBy(mandateUnder(mandate, limit), k + 2)),
  ];
}

const mandateUnder = (mandate: Mandate, limit: LimitRule): Mandate =>
  limit === 'unlimited' ? mandate : withLimit(mandate, limit);

/** Mandates that differ only in their limits are decided together, by one optimiser. */
async function decideAll(
  { held }: PastDay,
  mandates: readonly Mandate[],
  decide: (mandates: Mandates) => Promise<readonly Made[]>,
): Promise<readonly Made[]> {
  const [first, ...others] = mandates;
  if (first === undefined) return [];
  if (held === undefined) return decide([first, ...others]);
  const answers: Made[] = [];
  for (const mandate of mandates) {
    const made = await decide([mandate]).catch((error: unknown): Made[] => {
      if (error instanceof UserError) throw error;
      return [failedBy(error)];
    });
    answers.push(...made);
  }
  return answers;
}

/** What is held and cannot be bought on the day is sold too, at a cost that the optimiser does not see. */
function withSales(decision: RuleDecision, { held = {}, constraints }: Mandate, tickers: readonly string[]) {
  const rate = costRateOf(constraints);
  if (decision.predicted === undefined || rate === 0) return decision;
  const sold = Object.entries(held).reduce((sum, [name, weight]) => sum + (tickers.includes(name) ? 0 : weight), 0);
  return sold === 0 ? decision : { ...decision, predicted: decision.predicted - rate * sold };
}

const minimumOf = ({ leastBehind }: Made, portfolio: MeasuredPortfolio): Made =>
  madeOf({ status: 'optimal', portfolio }, leastBehind === undefined ? {} : { leastBehind });

/** The decisions of a day on which nothing could be decided. @param tickers (n) */
export function failedDecisions(limits: readonly LimitRule[], tickers: readonly string[]): RuleDecision[] {
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
  decision: Made,
  minCvar: number,
  quantiles?: (portfolio: Portfolio) => readonly number[],
): RuleDecision {
  const { status, minimum, leastBehind } = decision;
  if (status === 'failed') return { limit, status, ...(minimum && { weights: minimum.weights }), minCvar };
  const { loosestLimit } = decision;
  return {
    limit,
    status,
    ...figures(decision.portfolio),
    ...(quantiles && status === 'optimal' && { quantiles: quantiles(decision.portfolio) }),
    minCvar,
    ...(typeof limit === 'number' && loosestLimit !== undefined && { loosestLimit }),
    ...(leastBehind !== undefined && { leastBehind }),
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
