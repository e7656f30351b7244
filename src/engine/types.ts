// Types that all rooms use. Notation: docs/mathematics.md.

/** Row-major numbers; the element of row i and column j is `data[i * cols + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/**
 * Daily adjusted closing prices on one calendar. Deeply frozen, and made only by `prices/prices.ts`, which guarantees
 * ascending unique dates, finite positive closes and at least two tickers.
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
  /** (n) Empty where the vendor names none. */
  readonly sectors?: readonly string[];
  /** (n) Splits that the vendor reports; undefined where it reports none. */
  readonly splits?: readonly (readonly Split[] | undefined)[];
  /**
   * (n) The ISO day of the last close of an asset that is no longer traded; later closes repeat it. Absent in prices
   * that are not for a backtest. A delisting is announced before it happens, so that a decision may know of it.
   */
  readonly ended?: readonly (string | undefined)[];
}

/** A vendor's report of a split. */
export interface Split {
  /** ISO day. */
  readonly date: string;
  /** New shares for an old one: 2, or 0.1 for a reverse split of 1:10. */
  readonly ratio: number;
}

/** Prices and their provenance. */
export interface LoadedPrices {
  readonly prices: Prices;
  /** In words: the vendor's title, "sample market (synthetic)", "prices.csv". */
  readonly source: string;
  /** Whether the vendor failed, so that these are stored prices. */
  readonly stale: boolean;
  /** Sentences for people, such as on a late listing that shortens the history or on filled gaps. */
  readonly notes: readonly string[];
  /** (n) What the source had of each asset, for descriptions. */
  readonly coverage?: readonly Coverage[];
}

/** The prices that a source has of an asset. */
export interface Coverage {
  /** The first and the last ISO day with a price. */
  readonly from: string;
  readonly until: string;
  /** The days with a price. */
  readonly days: number;
  /** The days in between without one, on which another asset has one. */
  readonly gaps: number;
}

/** Weights and their figures on the scenarios, as fractions over the horizon. */
export interface Portfolio {
  /** (n), summing to 1. */
  readonly weights: readonly number[];
  readonly expectedReturn: number;
  readonly cvar: number;
  readonly valueAtRisk: number;
}

/** The optimiser's answer. `minimum` has the smallest CVaR; `gap` is the certified distance from the optimum. */
export type Solution =
  | { readonly status: 'optimal'; readonly best: Portfolio; readonly minimum: Portfolio; readonly gap: number }
  | { readonly status: 'infeasible'; readonly minimum: Portfolio; readonly gap: number };

/** How far a long computation has come. */
export interface Progress {
  readonly stage: 'prices' | 'training' | 'scenarios' | 'backtest';
  /** In [0, 1]. */
  readonly done: number;
  readonly secondsLeft?: number;
  /** A few words for people: "epoch 12 of at most 100, validation loss 1.013". */
  readonly detail?: string;
}

export type OnProgress = (progress: Progress) => void;
