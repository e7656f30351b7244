// Pure: what following something made of the money, in the figures that people compare.
// Libraries define them differently; with these definitions the NASDAQ row of Table 2 in "Portfolio Management
// Strategy Based on LSTM", section 3, is reproduced to the digit.
import type { PathMetrics } from './backtest/types.ts';
import { cvar, valueAtRisk } from './risk.ts';
import { mean } from './statistics.ts';

export interface MetricOptions {
  /** 252 for daily returns, 52 for weekly, 12 for monthly ones. */
  readonly periodsPerYear: number;
  /** A year's, a fraction. Only the Sharpe ratio knows it. */
  readonly riskFree?: number;
}

/** Value-at-risk and CVaR are of one period, at 95 %, positive when money is lost. */
export interface TearSheet extends PathMetrics {
  /** How many returns. */
  readonly periods: number;
  readonly totalReturn: number;
  readonly valueAtRisk: number;
  readonly cvar: number;
}

const TAIL_ALPHA = 0.95;

/** Equal returns differ by no more than the rounding of 1 + r; a volatility below is none. */
const ROUNDING = 1e-15;

/** Of one period, with n − 1; NaN for a single return. */
const standardDeviation = (returns: readonly number[]): number => {
  const average = mean(returns);
  const squares = returns.reduce((sum, r) => sum + (r - average) ** 2, 0);
  const deviation = Math.sqrt(squares / (returns.length - 1));
  return deviation < ROUNDING ? 0 : deviation;
};

/** @returns (n + 1) what 1 becomes, itself the first */
const equityOf = (returns: readonly number[]): number[] => {
  const equity = [1];
  for (const r of returns) equity.push(equity.at(-1)! * (1 + r));
  return equity;
};

/**
 * How far each value lies below the highest so far.
 *
 * @param equity (n) positive. @returns (n) fractions in [0, 1], positive when money is lost
 */
export const drawdowns = (equity: readonly number[]): number[] => {
  let peak = -Infinity;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return 1 - value / peak;
  });
};

/**
 * Annual return: geometric. Volatility: with n − 1. Sharpe ratio: (arithmetic mean × periods − risk-free rate) ÷
 * volatility. Sortino ratio: arithmetic mean × periods ÷ the annualised root mean square of the losses, gains
 * counting as 0. Maximum drawdown: compounded, from the first day's start on. Calmar ratio: annual return ÷
 * maximum drawdown.
 *
 * A ratio to a risk that never showed (no volatility, no loss) is infinite with the sign of what was earned, and
 * NaN when nothing was; a single return has no volatility and no Sharpe ratio (NaN). JSON knows neither, so there
 * such a figure is left out.
 *
 * @param returns (n) simple returns, one a period
 */
export const pathMetrics = (
  returns: readonly number[],
  { periodsPerYear, riskFree = 0 }: MetricOptions,
): PathMetrics => {
  const equity = equityOf(returns);
  const arithmetic = mean(returns) * periodsPerYear;
  const annualReturn = equity.at(-1)! ** (periodsPerYear / returns.length) - 1;
  const volatility = standardDeviation(returns) * Math.sqrt(periodsPerYear);
  const downside = Math.sqrt(mean(returns.map((r) => Math.min(r, 0) ** 2)) * periodsPerYear);
  const maxDrawdown = drawdowns(equity).reduce((worst, drawdown) => Math.max(worst, drawdown), 0);
  return {
    annualReturn,
    volatility,
    sharpe: (arithmetic - riskFree) / volatility,
    sortino: arithmetic / downside,
    maxDrawdown,
    calmar: annualReturn / maxDrawdown,
  };
};

/** @param closes (n + 1) positive, one at the end of each period and one before the first */
export const tearSheet = (closes: readonly number[], options: MetricOptions): TearSheet => {
  const returns = closes.slice(1).map((close, t) => close / closes[t]! - 1);
  const losses = Float64Array.from(returns, (r) => -r);
  return {
    periods: returns.length,
    totalReturn: closes.at(-1)! / closes[0]! - 1,
    ...pathMetrics(returns, options),
    valueAtRisk: valueAtRisk(losses, TAIL_ALPHA),
    cvar: cvar(losses, TAIL_ALPHA),
  };
};

/**
 * A basket whose weights are made equal again at the end of every period.
 *
 * @param closes (n + 1, assets). @returns (n + 1) its value, 1 at first
 */
export const equalWeightBasket = (closes: readonly (readonly number[])[]): number[] =>
  equityOf(closes.slice(1).map((row, t) => mean(row.map((close, j) => close / closes[t]![j]! - 1))));
