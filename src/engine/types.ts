// Pure: the words that the whole product shares. Notation as in ARCHITECTURE.md.

/** Row-major numbers; the element of row i and column j is `data[i * cols + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/**
 * Daily adjusted closing prices on one calendar. Deeply frozen; made only by `data/prices.ts`, which
 * guarantees ascending unique dates, finite positive closes and at least two tickers.
 */
export interface Prices {
  /** (T) ISO days, ascending. */
  readonly dates: readonly string[];
  /** (n) */
  readonly tickers: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly number[])[];
  /** (T, n) traded units; 0 where the vendor gave none. */
  readonly volumes?: readonly (readonly number[])[];
  /** (n) ISO 4217, or the vendor's own code (`GBp`: pence). */
  readonly currencies?: readonly string[];
  /** (n) */
  readonly sectors?: readonly string[];
}

/** Prices together with where they came from: what an answer must be able to say about them. */
export interface LoadedPrices {
  readonly prices: Prices;
  /** In words: "Yahoo Finance", "sample market (synthetic)", "prices.csv". */
  readonly source: string;
  /** True when the vendor failed and these are stored prices. */
  readonly stale: boolean;
  /** Sentences for people: a late listing that shortens the history, gaps that were filled. */
  readonly notes: readonly string[];
}

/** `calibrated`: training, validation, calibration blocks. `seed`: two blocks ("Generative LSTM + CVaR", section 2). */
export type Recipe = 'calibrated' | 'seed';

/** Every asset's weight lies in [minWeight, maxWeight]; fractions. */
export interface Bounds {
  readonly minWeight: number;
  readonly maxWeight: number;
}

/** What a loss limit asks of a portfolio. */
export interface RiskLimit {
  /** The largest CVaR allowed over the horizon, a positive fraction of the money invested. */
  readonly lossLimit: number;
  /** Confidence, 0.95: the CVaR averages the worst 5 % of cases. */
  readonly alpha: number;
}

/** A split of the money and what the scenarios say of it. All figures are fractions over the horizon. */
export interface Portfolio {
  /** (n), summing to 1. */
  readonly weights: readonly number[];
  readonly expectedReturn: number;
  readonly cvar: number;
  readonly valueAtRisk: number;
}

/** The optimiser's answer. Infeasible is a value: `minimum` is then the least risky portfolio there is. */
export type Solution =
  | { readonly status: 'optimal'; readonly best: Portfolio; readonly minimum: Portfolio; readonly gap: number }
  | { readonly status: 'infeasible'; readonly minimum: Portfolio; readonly gap: number };

/** How far a long computation is. */
export interface Progress {
  readonly stage: 'prices' | 'training' | 'scenarios' | 'backtest';
  /** In [0, 1]. */
  readonly done: number;
  readonly secondsLeft?: number;
  /** A few words for people: "epoch 12 of at most 100, validation loss 1.013". */
  readonly detail?: string;
}

export type OnProgress = (progress: Progress) => void;
