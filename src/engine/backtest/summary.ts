import { acerbiSzekely, christoffersen, esRatio, hasPairs, kupiec, type Forecasts } from '../calibration.ts';
import { mean } from '../statistics.ts';
import { z2Critical } from '../z2-critical.ts';
import type { DecisionOutcome, LimitSummary } from './types.ts';

/** Whether a feasible decision lost more than its value-at-risk. */
export function isViolation({
  status,
  realised,
  valueAtRisk,
}: Pick<DecisionOutcome, 'status' | 'realised' | 'valueAtRisk'>): boolean {
  return status === 'optimal' && valueAtRisk !== undefined && -realised > valueAtRisk;
}

/** What compares with the profit that was predicted. */
export const earned = ({ tradingCost, realised, realisedNet }: Earned): number =>
  tradingCost === undefined ? realised : realisedNet;

type Earned = Pick<DecisionOutcome, 'tradingCost' | 'realised' | 'realisedNet'>;

/** The seed of the simulated critical value, fixed so that equal backtests and records give equal results. */
export const CRITICAL_SEED = 1;

/** A decision that keeps its limit, if it has one. Only such a decision has promised something. */
type Feasible = DecisionOutcome & Required<Pick<DecisionOutcome, 'predicted' | 'valueAtRisk' | 'cvar'>>;

function isFeasible(decision: DecisionOutcome): decision is Feasible {
  return decision.status === 'optimal' && decision.predicted !== undefined;
}

/** One that keeps a CVaR limit, not one by a rule without a limit. */
export type LimitedDecision = Feasible & { readonly limit: number };

export function keepsLimit(decision: DecisionOutcome): decision is LimitedDecision {
  return typeof decision.limit === 'number' && isFeasible(decision);
}

/**
 * Means and tests over feasible decisions only ("Generative LSTM + CVaR", section 8). Tests are before costs, which
 * scenarios do not include.
 * @param decisions of one rule, one for each decision date, in order of time, not overlapping
 */
export function summarise(
  limit: LimitSummary['limit'],
  decisions: readonly DecisionOutcome[],
  alpha: number,
): LimitSummary {
  const feasible = decisions.filter(isFeasible);
  const turnovers = decisions.flatMap(({ turnover }) => turnover ?? []);
  const over = decisions.filter(({ isOverTurnover }) => isOverTurnover).length;
  const overBehind = decisions.filter(({ leastBehind }) => leastBehind !== undefined).length;
  const counts = {
    limit,
    decisions: decisions.length,
    feasible: feasible.length,
    ...(turnovers.length > 0 && { turnover: mean(turnovers) }),
    ...(over > 0 && { overTurnover: over }),
    ...(overBehind > 0 && { overBehind }),
  };
  if (feasible.length === 0) return { ...counts, violations: 0 };
  const hits = decisions.map((decision) => (isFeasible(decision) ? isViolation(decision) : undefined));
  const violations = hits.filter((hit) => hit === true).length;
  const forecasts: Forecasts = {
    losses: feasible.map(({ realised }) => -realised),
    valuesAtRisk: feasible.map(({ valueAtRisk }) => valueAtRisk),
    cvars: feasible.map(({ cvar }) => cvar),
  };
  const p = 1 - alpha;
  const ratio = esRatio(forecasts);
  return {
    ...counts,
    predicted: mean(feasible.map(({ predicted }) => predicted)),
    realised: mean(feasible.map(earned)),
    violations,
    kupiecP: kupiec(violations, feasible.length, p).pValue,
    ...(hasPairs(hits) && { christoffersenP: christoffersen(hits).pValue }),
    ...acerbiSzekely(forecasts, p),
    z2Critical: z2Critical(feasible.length, p, { seed: CRITICAL_SEED }),
    ...(ratio !== undefined && { esRatio: ratio }),
  };
}
