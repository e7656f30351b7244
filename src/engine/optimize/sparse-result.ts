// What a search for portfolios of few assets is asked, and what it finds.
/** The least CVaR, or the highest net return with a CVaR of at most `limit`. */
export type Goal = { readonly limit?: undefined } | { readonly limit: number };

/** The best portfolio that was found. */
export interface SparseResult extends Incumbent {
  /** A certified lower bound on the objective of every sparse portfolio. */
  readonly bound: number;
}

/** Assets to hold. */
export interface Seeds {
  readonly first?: ReadonlySet<number> | undefined;
  /** Surely allow a portfolio. @throws UserError when none do */
  readonly last: () => ReadonlySet<number>;
}

/** An allowed sparse portfolio. */
export interface Incumbent {
  /** (n) */
  readonly weights: Float64Array;
  /** What is held. */
  readonly support: ReadonlySet<number>;
  readonly value: number;
  /** See `Master.priceOfRisk`. */
  readonly priceOfRisk: number;
}
