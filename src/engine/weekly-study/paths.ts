// What the money becomes by a year of weekly positions, and by what it is compared with ("Portfolio Management Strategy
// Based on LSTM", section 3).
import { drifted } from '../backtest/drift.ts';
import { pathMetrics } from '../metrics.ts';
import { mean } from '../statistics.ts';
import { weeklyWeights } from '../strategies/weekly-lstm/index.ts';

/** The figures of Table 2. Fractions; the Sharpe ratio is a year's. */
export interface StudyFigures {
  /** Over all weeks. */
  readonly totalReturn: number;
  readonly volatility: number;
  readonly sharpe: number;
  readonly maxDrawdown: number;
}

const WEEKS_PER_YEAR = 52;

/** @param values (W) of the money, one a week @param riskFree a year's rate */
export function studyFigures(values: readonly number[], riskFree: number): StudyFigures {
  const returns = values.slice(1).map((value, t) => value / values[t]! - 1);
  const { volatility, sharpe, maxDrawdown } = pathMetrics(returns, { periodsPerYear: WEEKS_PER_YEAR, riskFree });
  return { totalReturn: values.at(-1)! / values[0]! - 1, volatility, sharpe, maxDrawdown };
}

/** (W) The value of 1 in equal weights that are bought once. */
export const heldEqually = (closes: readonly (readonly number[])[]): number[] =>
  closes.map((row) => mean(row.map((close, j) => close / closes[0]![j]!)));

export interface RulePath {
  /** (W − 1, n) Of each week's money; the rest is cash. */
  readonly weights: readonly (readonly number[])[];
  /** (W) The value of 1. */
  readonly values: readonly number[];
}

interface RuleOrder {
  /** (W, n) */
  readonly closes: readonly (readonly number[])[];
  /** (W − 1, n) The forecast change from each week to the next. */
  readonly changes: readonly (readonly number[])[];
  readonly isShort: boolean;
  /** Of the money traded, a fraction. */
  readonly costRate: number;
}

/** Trades at each week's close to the rule's positions. Cash earns nothing; what is sold short is lent without a fee. */
export function followRule({ closes, changes, isShort, costRate }: RuleOrder): RulePath {
  const weights: number[][] = [];
  const values = [1];
  let held = closes[0]!.map(() => 0);
  for (const [week, forecast] of changes.entries()) {
    const [now, next] = [closes[week]!, closes[week + 1]!];
    const target = weeklyWeights(forecast, { isShort });
    const traded = target.reduce((sum, weight, j) => sum + Math.abs(weight - held[j]!), 0);
    const growth = 1 + target.reduce((sum, weight, j) => sum + weight * (next[j]! / now[j]! - 1), 0);
    values.push(values.at(-1)! * (1 - costRate * traded) * growth);
    weights.push(target);
    // Cash is an asset whose price stays.
    const cash = 1 - target.reduce((sum, weight) => sum + weight, 0);
    held = drifted([...target, cash], [...now, 1], [...next, 1]).slice(0, -1);
  }
  return { weights, values };
}
