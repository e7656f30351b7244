// What an optimiser can be asked, and what it answers.
import type { Portfolio, Solution } from '../types.ts';

/** An optimiser for one set of scenarios, warm-started from one limit to the next. */
export interface Optimizer {
  /** Whether all that lies between two allowed portfolios is allowed too. */
  readonly isConvex: boolean;
  /**
   * The portfolio with the highest expected return and a CVaR of at most `lossLimit`, or the least risky one if its
   * CVaR exceeds the limit. Verified. Of portfolios within 1e-9 of the best return, the one with the lowest CVaR, within
   * 1e-7. Takes least time when the limit is near the one before, or below it.
   */
  best(lossLimit: number): Solution;
  minimum(): Minimum;
  /** Frees the model's WebAssembly memory, which is not garbage-collected. */
  close(): void;
}

/** The portfolio with the smallest CVaR. */
export interface Minimum {
  readonly portfolio: Portfolio;
  /** A certified bound on how much lower another portfolio's CVaR can be. */
  readonly gap: number;
}

/** A solution that keeps its limit. */
export type Optimal = Extract<Solution, { status: 'optimal' }>;

/** All that it takes to start from the least risky portfolio without a search. Every answer is then the same to the bit. */
export interface KnownMinimum {
  /** (n) */
  readonly weights: readonly number[];
  /** Its certified gap. Infinity, of few assets: any weights that meet everything, where nobody asks for the least risky. */
  readonly gap: number;
}
