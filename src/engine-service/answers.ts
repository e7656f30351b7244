import type { BacktestResult } from '../engine/backtest/types.ts';
import type { History } from '../engine/history.ts';
import type { Frontier } from '../engine/optimize/frontier.ts';
import type { Decision, Model } from '../engine/strategies/strategy.ts';
import type { LoadedPrices } from '../engine/types.ts';
import type { Conversion, Holdings } from './amount.ts';
import type { AllocateRequest, BacktestRequest, FrontierRequest } from './requests.ts';

export interface Seconds {
  readonly prices: number;
  readonly model: number;
  readonly scenarios: number;
  readonly optimize: number;
  readonly total: number;
}

/** A decision that was made. */
export type Allocation = Exclude<Decision, { status: 'failed' }>;

/** An answer with everything that it must be able to say about itself. Plain data. */
export interface AllocateAnswer {
  readonly request: AllocateRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  /** With its outcomes. */
  readonly allocation: Allocation;
  /** Whole shares for `amount`, their worth in its currency; absent without one. */
  readonly holdings?: Holdings;
  /** Of the holdings, where it is known. */
  readonly currency?: string;
  /** Absent when the amount is in the prices' currency, or nothing was said. */
  readonly conversion?: Conversion;
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
  readonly seconds: Seconds;
}

/** What an allocation can be at any limit. */
export interface FrontierAnswer {
  readonly request: FrontierRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly frontier: Frontier;
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
  readonly seconds: Seconds;
}

/** How decisions of the past turned out. */
export interface BacktestAnswer {
  readonly request: BacktestRequest;
  readonly universe: string;
  /** (n) without the index. */
  readonly tickers: readonly string[];
  /** The benchmark's ticker, where the prices have one. */
  readonly index?: string;
  readonly result: BacktestResult;
  readonly prices: PriceProvenance;
  readonly seconds: number;
}

export interface Trained {
  readonly model: Model;
  readonly universe: string;
  readonly version: string;
  /** True when the very same model was there already. */
  readonly unchanged: boolean;
  readonly prices: PriceProvenance;
}

/** What came of a training on the newest prices. */
export interface Retrained {
  readonly universe: string;
  /** Of the newly trained model. */
  readonly version: string;
  readonly trainedUntil: string;
  /**
   * `first`: live, there was none to compare it with. `replaced`: live, it scored no worse. `kept`: the live model
   * stays, and this one is kept as files that nothing uses. `unchanged`: it is the live model.
   */
  readonly outcome: 'first' | 'replaced' | 'kept' | 'unchanged';
  /** Energy scores over so many of the newest days, where two models were compared; the lower, the better. */
  readonly scores?: { readonly champion: number; readonly challenger: number; readonly days: number };
  readonly prices: PriceProvenance;
}

/** What an answer says of the model that it rests on. */
export interface ModelProvenance {
  readonly trainedUntil: string;
  /** 1 − MSE of the model ÷ MSE of the plain average, on days it was not fitted to. */
  readonly skill: number;
  readonly recipe: string;
}

/** What an answer says of its prices. */
export interface PriceProvenance {
  readonly source: string;
  readonly from: string;
  readonly until: string;
  readonly stale: boolean;
  readonly notes: readonly string[];
}

export const modelProvenance = ({ manifest: { trainedUntil, skill, recipe } }: Model): ModelProvenance => ({
  trainedUntil,
  skill,
  recipe,
});

export const priceProvenance = (
  { source, stale, notes }: LoadedPrices,
  { prices, until }: Pick<History, 'prices' | 'until'>,
): PriceProvenance => ({
  source,
  from: prices.dates[0] ?? until,
  until,
  stale,
  notes,
});
