// Reliability of quantiles: whether what came fell below each predicted quantile as often as predicted. Of predictions that
// are true of every decision, the ranks of what came are spread evenly (Diebold, Gunther & Tay 1998).
import type { DecisionOutcome } from '../backtest/types.ts';
import { nthWorst } from '../risk.ts';

/** The shares of scenarios that lie below a decision's quantiles. */
export const QUANTILE_LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const;

/** How often what came was below a quantile. */
export interface Reliability {
  /** How often it was predicted to be. */
  readonly level: number;
  readonly below: number;
}

/** @param losses (M), which it reorders @returns the returns' quantile for each of QUANTILE_LEVELS */
export function quantilesOf(losses: Float64Array): number[] {
  const { length } = losses;
  return QUANTILE_LEVELS.map((level) => -nthWorst(losses, Math.min(Math.floor(level * length), length - 1)));
}

/** @returns for each level; nothing where no decision has quantiles */
export function reliabilityOf(decisions: readonly Pick<DecisionOutcome, 'quantiles' | 'realised'>[]): Reliability[] {
  const known = decisions.flatMap(({ quantiles, realised }) => (quantiles ? [{ quantiles, realised }] : []));
  if (known.length === 0) return [];
  return QUANTILE_LEVELS.map((level, at) => ({
    level,
    below: known.filter(({ quantiles, realised }) => realised < quantiles[at]!).length / known.length,
  }));
}
