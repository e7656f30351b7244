import { costRateOf } from '../engine/constraints/beyond-bounds.ts';
import type { Constraint } from '../engine/constraints/index.ts';
import { tradeCost, turnoverOf } from '../engine/optimize/trading.ts';
import { shortPercent } from '../format.ts';

/** The trades to a split, as fractions of all money. */
export interface SplitTrades {
  /** ½ Σ|Δw|, cash being an asset. */
  readonly turnover: number;
  readonly tradingCost: number;
}

/** `, after 0.12% for trades`, behind a profit */
export const afterTrades = (cost: number): string => `, after ${shortPercent(Math.round(cost * 1e5) / 1e5)} for trades`;

/** @param weights (n) of the split @param before (n) what is held; the rest is cash */
export function splitTrades(
  weights: readonly number[],
  before: readonly number[],
  constraints: readonly Constraint[],
): SplitTrades {
  const held = Float64Array.from(before);
  return {
    turnover: turnoverOf(weights, held),
    tradingCost: tradeCost(weights, { held, mostTurnover: Infinity, cost: costRateOf(constraints) }),
  };
}
