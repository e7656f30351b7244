import type { PathMetrics } from '../metrics.ts';
import type { Mandate } from '../mandate.ts';
import type { Allowance } from '../quality/quality.ts';
import type { Sampling } from '../samples.ts';
import type { StrategyChoice } from '../strategies/strategy.ts';

/** When a backtest decides and trains. */
export interface BacktestPlan {
  /**
   * ISO day of the first decision, or the next day with prices. Absent: three years before the last price of the plan,
   * or the first day with enough history for a model if that is later.
   */
  readonly from?: string;
  /** ISO day after which no outcome ends. Absent: the newest price. */
  readonly until?: string;
  /** H: the days for which a decision is held, and between two decisions. */
  readonly horizonDays: number;
  /** The days by which all decisions are shifted, below H. Another offset gives other decision dates. */
  readonly offset: number;
  /** Days after which the next model is trained; 0: a new one for every decision. */
  readonly retrainDays: number;
  /** The days that a model is trained on: all until its date, or this many of the last. */
  readonly window: 'expanding' | number;
  /** The fewest days that a model can be trained on. */
  readonly minDays: number;
  /** Whether a model starts with the weights of the one before instead of random ones. */
  readonly isWarmStarted: boolean;
}

export interface BacktestOptions extends Omit<BacktestPlan, 'horizonDays' | 'minDays'> {
  readonly strategy: StrategyChoice;
  /** Without a limit. Its horizon is also the time between two decisions. */
  readonly mandate: Mandate;
  /** CVaR limits, ascending, and perhaps `unlimited`. */
  readonly limits: readonly LimitRule[];
  readonly sampling: Sampling;
  /** Costs in basis points of the traded value. */
  readonly costBps: number;
  /** What the person accepts in the prices. */
  readonly allow?: readonly Allowance[];
}

/** A CVaR limit, or none. */
export type LimitRule = number | 'unlimited';

/** A rule to decide by: under a CVaR limit or without one, or a benchmark. */
export type Rule = LimitRule | 'equal' | 'min' | 'index';

/** A decision on one day by one rule, made without knowledge of its outcome. */
export interface RuleDecision {
  readonly limit: Exclude<Rule, 'index'>;
  /**
   * `infeasible`: the strategy cannot keep the limit, and its nearest alternative is held. `failed`: the weights of the
   * minimum CVaR are held, if there are any.
   */
  readonly status: 'optimal' | 'infeasible' | 'failed';
  /** (n); absent after a fault, when the holdings stay as they are. */
  readonly weights?: readonly number[];
  /** The expected return of those weights over H days; absent when the decision failed. */
  readonly predicted?: number;
  readonly valueAtRisk?: number;
  readonly cvar?: number;
  /** The CVaR on scenarios that the optimiser has not seen. */
  readonly freshCvar?: number;
  /** The returns over H days that shares `QUANTILE_LEVELS` of the scenarios lie below. */
  readonly quantiles?: readonly number[];
  /** The smallest limit that could be kept on that day. */
  readonly minCvar?: number;
  /** A limit from which on a looser one would have changed nothing. */
  readonly loosestLimit?: number;
  /**
   * The limit on falling behind the benchmark that was kept, where no split was found to keep the mandate's: the least
   * that could be kept.
   */
  readonly leastBehind?: number;
}

/** A decision and its outcome. */
export interface DecisionOutcome extends RuleDecision {
  /** The decision's day, the last that it has seen. */
  readonly date: string;
  /** The last day of the outcome. */
  readonly until: string;
  /**
   * (n) The weights that were held: after a fault the previous ones as prices moved them, or equal ones at the start.
   */
  readonly weights: readonly number[];
  /** The return over H days, before costs and after. */
  readonly realised: number;
  readonly realisedNet: number;
  /**
   * What was traded, as a share of the money: ½ Σ|Δw|, cash being an asset. Absent where the mandate says nothing of
   * trades, and where there was nothing to trade from.
   */
  readonly turnover?: number;
  /** More than the mandate allows was traded, as little as the other constraints took. */
  readonly isOverTurnover?: true;
  /** What the trades cost, as a share of the money, where decisions weigh it: `predicted` is net of it. */
  readonly tradingCost?: number;
}

/** All decisions by one rule. Means and tests use only feasible ones ("Generative LSTM + CVaR", section 8). */
export interface LimitSummary {
  readonly limit: Exclude<Rule, 'index'>;
  readonly decisions: number;
  readonly feasible: number;
  /** Means over feasible decisions; absent if there are none. `realised` is after costs where decisions weigh them. */
  readonly predicted?: number;
  readonly realised?: number;
  /** Mean over all decisions that say what they traded. */
  readonly turnover?: number;
  /** The number of decisions that traded more than the mandate allows. */
  readonly overTurnover?: number;
  /** The number of decisions that could not keep the mandate's limit on falling behind. */
  readonly overBehind?: number;
  /** The number of decisions that lost more than their value-at-risk. */
  readonly violations: number;
  /** p-values. */
  readonly kupiecP?: number;
  readonly christoffersenP?: number;
  /**
   * Acerbi & Szekely's statistics, and the value below which Z2 rejects at 5 %, simulated for the number of decisions.
   */
  readonly z1?: number;
  readonly z2?: number;
  readonly z2Critical?: number;
  /** Mean realised loss ÷ mean predicted CVaR, over violations. */
  readonly esRatio?: number;
}

/** The value of the money under one rule, day by day. */
export interface Path {
  readonly rule: Rule;
  /** (D + 1) ISO days, starting with the first decision. */
  readonly dates: readonly string[];
  /** (D + 1) The value of 1 invested, after costs and before. */
  readonly net: readonly number[];
  readonly gross: readonly number[];
  readonly metrics: { readonly net: PathMetrics; readonly gross: PathMetrics };
  /** The value bought and sold per year as a share of the portfolio, the first purchase included. */
  readonly turnover: number;
}

export interface BacktestResult {
  /** By date, and by rule within a date. */
  readonly decisions: readonly DecisionOutcome[];
  readonly byLimit: readonly LimitSummary[];
  readonly paths: readonly Path[];
}
