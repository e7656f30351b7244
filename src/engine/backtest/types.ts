import type { PathMetrics } from '../metrics.ts';
import type { Mandate } from '../mandate.ts';
import type { Sampling } from '../samples.ts';
import type { StrategyChoice } from '../strategies/strategy.ts';

/** How a backtest walks through its prices. */
export interface BacktestPlan {
  /**
   * ISO day: the first decision is made on it, or on the first day with prices after it. Absent: three years before
   * the last price of the plan, or the first day on which a model has enough to learn from if that is later.
   */
  readonly from?: string;
  /** ISO day: no outcome ends later. Absent: the newest price. */
  readonly until?: string;
  /** H: days a decision is held, and between two decisions. */
  readonly horizonDays: number;
  /** Days by which all decisions are put off, below H: other start dates give other, non-overlapping decisions. */
  readonly offset: number;
  /** A model decides for so many days, then the next is trained; 0: a new one for every decision. */
  readonly retrainDays: number;
  /** What a model is trained on: all days before, or so many of the last. */
  readonly window: 'expanding' | number;
  /** A new model begins with the weights of the one before instead of random ones. */
  readonly isWarmStarted: boolean;
}

export interface BacktestTerms extends Omit<BacktestPlan, 'horizonDays'> {
  readonly strategy: StrategyChoice;
  /** Without a limit; its horizon is how long a decision is held, and how far apart two decisions are. */
  readonly mandate: Mandate;
  /** CVaR limits, ascending. */
  readonly limits: readonly number[];
  readonly sampling: Sampling;
  /** Basis points of the value traded. */
  readonly costBps: number;
}

/** What a path follows: a limit, or one of the benchmarks. */
export type Rule = number | 'equal' | 'min' | 'index';

/** What is decided on a day under one rule, before anything of its outcome is known. */
export interface RuleDecision {
  readonly limit: Exclude<Rule, 'index'>;
  /** `infeasible` and `failed` decisions hold the weights of the minimum CVaR. */
  readonly status: 'optimal' | 'infeasible' | 'failed';
  /** (n); absent when a fault has left none: what is held is held on. */
  readonly weights?: readonly number[];
  /** Of those weights, over H days; absent when it failed. */
  readonly predicted?: number;
  readonly valueAtRisk?: number;
  readonly cvar?: number;
  /** On scenarios that the optimiser has not seen. */
  readonly freshCvar?: number;
  /** The smallest CVaR that could be reached that day. */
  readonly minCvar?: number;
}

/** What was decided on a day under one rule, and what came of it. */
export interface DecisionOutcome extends RuleDecision {
  /** The last day that it has seen. */
  readonly date: string;
  /** The last day of its outcome. */
  readonly until: string;
  /** (n) as held: where a fault has left none, those from before, as they had drifted, or equal ones at first. */
  readonly weights: readonly number[];
  /** What H days made of the weights, before and after costs. */
  readonly realised: number;
  readonly realisedNet: number;
}

/** One limit (or benchmark) over all its decisions; means and tests over the feasible ones alone ("Generative LSTM + CVaR", section 8). */
export interface LimitSummary {
  readonly limit: Exclude<Rule, 'index'>;
  readonly decisions: number;
  readonly feasible: number;
  /** Means over feasible decisions; absent without any. */
  readonly predicted?: number;
  readonly realised?: number;
  /** How many lost more than their value-at-risk. */
  readonly violations: number;
  /** p-values. */
  readonly kupiecP?: number;
  readonly christoffersenP?: number;
  /** Acerbi & Szekely's statistics, and the value below which Z2 rejects at 5 %, simulated for this many decisions. */
  readonly z1?: number;
  readonly z2?: number;
  readonly z2Critical?: number;
  /** Mean realised loss ÷ mean predicted CVaR, over violations. */
  readonly esRatio?: number;
}

/** What following one rule made of the money, day by day. */
export interface Path {
  readonly rule: Rule;
  /** (D + 1) ISO days, the first one that of the first decision. */
  readonly dates: readonly string[];
  /** (D + 1) value of what was 1 at first, after costs and before. */
  readonly net: readonly number[];
  readonly gross: readonly number[];
  readonly metrics: { readonly net: PathMetrics; readonly gross: PathMetrics };
  /** Value traded a year as a share of the portfolio: bought and sold, the first purchase included. */
  readonly turnover: number;
}

export interface BacktestResult {
  /** By date, and by rule within a date. */
  readonly decisions: readonly DecisionOutcome[];
  readonly byLimit: readonly LimitSummary[];
  readonly paths: readonly Path[];
}
