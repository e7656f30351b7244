import type { BacktestResult } from '../engine/backtest/types.ts';
import type { FilteredSource, SourceSkill } from '../engine/filtered/source.ts';
import type { History } from '../engine/history.ts';
import type { Past } from '../engine/record/past.ts';
import type { PricedFrontier } from '../engine/priced-frontier.ts';
import type { PricedPortfolio } from '../engine/samples.ts';
import type { Drawn } from '../engine/strategies/drawn.ts';
import type { Explanation } from '../engine/explanation.ts';
import { faultOf, type Decision, type Model, type ScenarioSource } from '../engine/strategies/strategy.ts';
import type { LoadedPrices, Matrix } from '../engine/types.ts';
import type { Account } from './account.ts';
import type { Conversion } from './amount.ts';
import type { FaultLog } from './backtest-decisions.ts';
import type { Holdings } from './holdings.ts';
import type { Trades } from './trades.ts';
import type { AllocateRequest, BacktestRequest, FrontierRequest } from './requests.ts';

export interface Seconds {
  readonly prices: number;
  readonly model: number;
  readonly scenarios: number;
  readonly optimize: number;
  readonly total: number;
}

/** A decision that did not fail, with its outcomes. */
export type Allocation = Exclude<Decision, { readonly status: 'failed' }> & { readonly outcomes: readonly number[] };

/** An answer with its provenance. Plain data. */
export interface AllocateAnswer extends Omit<Explanation, 'fault'> {
  readonly request: AllocateRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly allocation: Allocation;
  /** The CVaR of falling behind a benchmark, priced as the CVaR is; absent: it is not limited. */
  readonly behind?: number;
  /** 1/n in every asset on the same scenarios, for comparison. */
  readonly equalWeight: PricedPortfolio;
  /** What `amount` buys, or what is held after the trades; absent without both. */
  readonly holdings?: Holdings;
  /** From what is held; absent when nothing was said to be. */
  readonly trades?: Trades;
  /** Absent when the amount is in the prices' currency, or names none. */
  readonly conversion?: Conversion;
  /** What past decisions came to; absent: there is no record yet, or none of this kind of answer. */
  readonly past?: Past;
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
  readonly seconds: Seconds;
}

/** The allocations for a range of limits. */
export interface FrontierAnswer {
  readonly request: FrontierRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly frontier: PricedFrontier;
  /** What is held, from which the splits are traded to; absent when nothing was said to be. */
  readonly account?: Account;
  /** As in `AllocateAnswer`: of the limit or, without one, of all. */
  readonly past?: Past;
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
  readonly seconds: Seconds;
}

/** The scenarios themselves. */
export interface ScenariosAnswer {
  readonly tickers: readonly string[];
  readonly scenarios: Matrix;
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
}

/** The outcomes of past decisions. */
export interface BacktestAnswer {
  readonly request: BacktestRequest;
  readonly universe: string;
  /** (n) Without the index. */
  readonly tickers: readonly string[];
  /** The benchmark's ticker, if the prices have one. */
  readonly index?: string;
  /** What was held before the first decision, on its day; absent: cash alone. */
  readonly account?: Account;
  readonly result: BacktestResult;
  readonly prices: PriceProvenance;
  readonly seconds: number;
}

export interface Trained {
  readonly model: Model;
  readonly universe: string;
  readonly version: string;
  /** Whether the same model was already saved. */
  readonly unchanged: boolean;
  readonly prices: PriceProvenance;
}

/** The result of a training on the newest prices. */
export interface Retrained {
  readonly universe: string;
  /** Of the newly trained model. */
  readonly version: string;
  readonly trainedUntil: string;
  /**
   * `first`: it is live, there was none to compare it with. `replaced`: it is live, since it scored no worse. `kept`:
   * the previous model stays live; this one is saved but not used. `unchanged`: it equals the live model.
   */
  readonly outcome: 'first' | 'replaced' | 'kept' | 'unchanged';
  /** Mean energy scores over the newest `days`, if two models were compared. Lower is better. */
  readonly scores?: { readonly champion: number; readonly challenger: number; readonly days: number };
  readonly prices: PriceProvenance;
}

/** What an answer says about its model. */
export interface ModelProvenance {
  readonly trainedUntil: string;
  /** 1 − MSE of the model ÷ MSE of the training mean, on days it was not fitted to. */
  readonly skill: number;
  readonly recipe: string;
  /** What forecasts of the past were worth, where scenarios depend on it. */
  readonly forecastSkill?: SourceSkill;
  /** A sentence on what the strategy's own forecasts were worth, if it has some. */
  readonly worth?: string;
  /** κ: by how much scenarios are spread further than drawn, since past losses went beyond what was promised. */
  readonly kappa: number;
  /** The effective number of scenarios that views leave, as a share of all; absent without views. */
  readonly viewedShare?: number;
}

/** What an answer says about its prices. */
export interface PriceProvenance {
  readonly source: string;
  readonly from: string;
  readonly until: string;
  readonly stale: boolean;
  readonly notes: readonly string[];
}

/** @throws Error, with the fault as its cause, when the decision failed, or when it has no outcomes */
export function allocationOf(decision: Decision | undefined): Allocation {
  if (decision === undefined) throw new Error('no decision was made');
  if (decision.status === 'failed') throw new Error(`no decision: ${decision.reason}`, { cause: faultOf(decision) });
  const { outcomes } = decision;
  if (outcomes === undefined) throw new Error('the decision has no outcomes');
  return { ...decision, outcomes };
}

/** What an answer says of why it is not better: nothing after a fault, which is logged. */
export function explanationOf({ fault, ...explanation }: Explanation, log: FaultLog): Omit<Explanation, 'fault'> {
  if (fault !== undefined) log.error({ fault }, 'an answer could not be explained');
  return explanation;
}

/** @param drawn the scenarios, with what they were drawn from */
export function modelProvenance(
  { manifest: { trainedUntil, skill, recipe } }: Model,
  { source, kappa, viewed }: Drawn,
): ModelProvenance {
  return {
    trainedUntil,
    skill,
    recipe,
    ...(isFiltered(source) && { forecastSkill: source.skill }),
    ...('worth' in source && typeof source.worth === 'string' && { worth: source.worth }),
    kappa: viewed?.kappa ?? kappa,
    ...(viewed && { viewedShare: viewed.share }),
  };
}

const isFiltered = (source: ScenarioSource): source is FilteredSource => source.kind === 'filtered';

export function priceProvenance({ source, stale, notes }: LoadedPrices, { prices, until }: History): PriceProvenance {
  return {
    source,
    from: prices.dates[0] ?? until,
    until,
    stale,
    notes,
  };
}
