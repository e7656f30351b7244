import { excess, type Polytope, sum } from '../constraints/polytope.ts';
import { PRECISION, type Trading } from './problem.ts';
import { turnoverOf } from './trading.ts';

/** A lower bound of the CVaR: z ≥ core·w + level t + share Σ u, where u has a column for each explicit scenario. */
export interface Cut {
  /** (n) */
  readonly core: Float64Array;
  readonly level: number;
  readonly share: number;
}

/** Which CVaR a cut bounds: that of the losses, or that of falling behind the benchmark. */
export type Family = 'loss' | 'behind';

/** The columns of one family of cuts. */
export interface FamilyColumns {
  readonly z: number;
  readonly t: number;
  /** u, one for each explicit scenario. */
  readonly explicit: number[];
  /** The largest loss of any portfolio in any scenario, in the model's unit. */
  readonly box: number;
}

export interface Certificate {
  readonly bound: number;
  /** By how much the bound falls for each rise of the limit on the CVaR. */
  readonly price: number;
  /** (n) By how much it rises with each weight that is held at a bound. */
  readonly reducedCosts: Float64Array;
}

/** See `Master.unit`. @param largest the size of the largest return */
export const unitOf = (largest: number): number => (largest < 1 ? 2 ** Math.floor(Math.log2(largest)) : 1);

/** Detects weights that break the constraints, which HiGHS can report as optimal when its basis is ill-conditioned. */
export function isSound(weights: Float64Array, { rows }: Polytope, trading: Trading | undefined): boolean {
  const isTradable = trading === undefined || turnoverOf(weights, trading.held) <= trading.mostTurnover + PRECISION;
  return (
    isTradable &&
    Math.abs(sum(weights) - 1) <= PRECISION &&
    rows.every((row) => Math.abs(excess(row, weights)) <= PRECISION)
  );
}
