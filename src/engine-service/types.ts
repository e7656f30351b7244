import type { UniverseSpec } from '../prices/universes.ts';
import type { Allocation, Holdings, RepricedPortfolio } from '../engine/allocate.ts';
import type { BacktestResult } from '../engine/backtest/types.ts';
import type { Memory, ModelManifest } from '../engine/lstm/artefact.ts';
import type { Frontier } from '../engine/optimize/frontier.ts';
import type { Matrix, Recipe } from '../engine/types.ts';
import type { AllocateRequest, BacktestRequest, FrontierRequest } from './requests.ts';
import type { Queue, TaskOptions } from '../workers/pool.ts';

export interface ModelFacts {
  readonly trainedUntil: string;
  /** 1 − MSE of the model / MSE of predicting the training mean, on days it was not fitted to. */
  readonly skill: number;
  readonly recipe: Recipe;
}

export interface PriceFacts {
  readonly source: string;
  readonly from: string;
  readonly until: string;
  readonly stale: boolean;
  readonly notes: readonly string[];
}

/** What was done about an amount whose currency was said. */
export type Conversion =
  | {
      readonly kind: 'converted';
      readonly from: string;
      /** The prices' currency. */
      readonly to: string;
      /** Units of `to` for one of `from`. */
      readonly rate: number;
      /** ISO day of the rate; absent where it never changes, as between pounds and pence. */
      readonly until?: string;
      /** The title of the vendor that quotes it; absent with `until`. */
      readonly vendor?: string;
      /** The vendor did not answer: it is the newest that was stored. */
      readonly stale: boolean;
    }
  /** The prices name no currency, or are fictional and their currency `to` with them: the amount was taken to be in it. */
  | { readonly kind: 'assumed'; readonly from: string; readonly to?: string };

export interface Seconds {
  readonly prices: number;
  readonly model: number;
  readonly scenarios: number;
  readonly optimize: number;
  readonly total: number;
}

/** An answer with everything that it must be able to say about itself. */
export interface AllocateAnswer {
  readonly request: AllocateRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly allocation: Allocation;
  /** The H-day return of a portfolio in each scenario (M). */
  readonly outcomes: (portfolio: RepricedPortfolio) => Float64Array;
  /** Whole shares for `amount`, their worth in its currency; absent without one. */
  readonly holdings: (portfolio: RepricedPortfolio) => Holdings | undefined;
  /** Of the holdings, where it is known. */
  readonly currency: string | undefined;
  /** Absent when the amount is in the prices' currency, or nothing was said. */
  readonly conversion?: Conversion;
  readonly model: ModelFacts;
  readonly prices: PriceFacts;
  readonly seconds: Seconds;
}

/** What an allocation can be at any limit. */
export interface FrontierAnswer {
  readonly request: FrontierRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly frontier: Frontier;
  readonly model: ModelFacts;
  readonly prices: PriceFacts;
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
  readonly prices: PriceFacts;
  readonly seconds: number;
}

export interface Trained {
  readonly manifest: ModelManifest;
  readonly universe: string;
  readonly version: string;
  /** True when the very same model was there already. */
  readonly unchanged: boolean;
  readonly prices: PriceFacts;
}

export interface TrainRequest {
  readonly universe: UniverseSpec;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Absent: the recipe's own. */
  readonly memory?: Memory | undefined;
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
  readonly prices: PriceFacts;
}

/**
 * Equal requests in flight share one computation. A caller's signal ends its own waiting; what nobody waits
 * for any more is ended too.
 */
export interface Engine {
  /** @throws UserError for what a member can mend; the signal's reason when aborted */
  allocate(request: AllocateRequest, options?: TaskOptions): Promise<AllocateAnswer>;
  /** On the very scenarios that `allocate` optimises over. Errors as there. */
  frontier(request: FrontierRequest, options?: TaskOptions): Promise<FrontierAnswer>;
  /** What `allocate` would have decided on days of the past, and what came of it. Errors as there. */
  backtest(request: BacktestRequest, options?: TaskOptions): Promise<BacktestAnswer>;
  /** Trains on the newest prices and makes the result the live model. */
  train(request: TrainRequest, options?: TaskOptions): Promise<Trained>;
  /**
   * Trains on all the prices as the price service has them, which whoever asks has refreshed before, and makes the
   * result the live model unless the one that is live foretold the newest days better (docs/decisions/2026-11-21-champion-challenger.md).
   * @throws UserError when there are no prices; the signal's reason when aborted
   */
  retrain(request: Pick<TrainRequest, 'universe' | 'recipe'>, options?: TaskOptions): Promise<Retrained>;
  /** Tasks that run and wait, of all lanes together. */
  queue(): Queue;
  /** The scenarios that `allocate` would optimise over: C (M, n). */
  scenarios(
    request: Pick<AllocateRequest, 'universe' | 'horizonDays' | 'scenarios' | 'seed' | 'recipe' | 'asOf'>,
    options?: TaskOptions,
  ): Promise<{ tickers: readonly string[]; scenarios: Matrix; model: ModelFacts; prices: PriceFacts }>;
}
