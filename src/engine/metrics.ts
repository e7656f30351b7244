// Performance figures of a series of returns. docs/mathematics.md, section 15.
// Libraries define them differently. These definitions reproduce the NASDAQ row of Table 2 in "Portfolio Management
// Strategy Based on LSTM", section 3, to the digit.
import { cvar, valueAtRisk } from './risk.ts';
import { mean } from './statistics.ts';

export interface MetricOptions {
  /** 252 for daily returns, 52 for weekly, 12 for monthly ones. */
  readonly periodsPerYear: number;
  /** Per year, a fraction; used only by the Sharpe ratio. */
  readonly riskFree?: number;
}

export interface PathMetrics {
  readonly annualReturn: number;
  readonly volatility: number;
  readonly sharpe: number;
  readonly sortino: number;
  readonly maxDrawdown: number;
  readonly calmar: number;
}

/** Value-at-risk and CVaR are for one period at 95 %, positive when money is lost. */
export interface TearSheet extends PathMetrics {
  /** Number of returns. */
  readonly periods: number;
  readonly totalReturn: number;
  readonly valueAtRisk: number;
  readonly cvar: number;
}

const TAIL_ALPHA = 0.95;

/** Equal returns can differ by the rounding of 1 + r. A volatility below this counts as 0. */
const ROUNDING = 1e-15;

/** Of one period, with denominator n − 1; NaN for a single return. */
function standardDeviation(returns: readonly number[]): number {
  const average = mean(returns);
  const squares = returns.reduce((sum, r) => sum + (r - average) ** 2, 0);
  const deviation = Math.sqrt(squares / (returns.length - 1));
  return deviation < ROUNDING ? 0 : deviation;
}

/** @returns (n + 1) the value of 1 invested, starting with 1 */
function equityOf(returns: readonly number[]): number[] {
  const equity = [1];
  for (const r of returns) equity.push(equity.at(-1)! * (1 + r));
  return equity;
}

/**
 * How far each value lies below the highest value so far.
 *
 * @param equity (n) positive. @returns (n) fractions in [0, 1]
 */
export function drawdowns(equity: readonly number[]): number[] {
  let peak = -Infinity;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return 1 - value / peak;
  });
}

/**
 * Annual return: geometric. Volatility: annualised, with denominator n − 1. Sharpe ratio: (arithmetic mean × periods
 * per year − risk-free rate) ÷ volatility. Sortino ratio: arithmetic mean × periods per year ÷ the annualised root mean
 * square of the losses, where gains count as 0. Maximum drawdown: of the compounded value, which starts at 1. Calmar
 * ratio: annual return ÷ maximum drawdown.
 *
 * A ratio to a risk of 0 is infinite with the sign of its numerator, or NaN when that is 0 too. The volatility and the
 * Sharpe ratio of a single return are NaN. JSON has neither value, so such figures are left out there.
 *
 * @param returns (n) simple returns, one per period
 */
export function pathMetrics(returns: readonly number[], { periodsPerYear, riskFree = 0 }: MetricOptions): PathMetrics {
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
}

/** @param closes (n + 1) positive: one before the first period, and one at the end of each */
export function tearSheet(closes: readonly number[], options: MetricOptions): TearSheet {
  const returns = closes.slice(1).map((close, t) => close / closes[t]! - 1);
  const losses = Float64Array.from(returns, (r) => -r);
  return {
    periods: returns.length,
    totalReturn: closes.at(-1)! / closes[0]! - 1,
    ...pathMetrics(returns, options),
    valueAtRisk: valueAtRisk(losses, TAIL_ALPHA),
    cvar: cvar(losses, TAIL_ALPHA),
  };
}

/**
 * The value of a basket that is rebalanced to equal weights at the end of every period.
 *
 * @param closes (n + 1, assets). @returns (n + 1) starting with 1
 */
export function equalWeightBasket(closes: readonly (readonly number[])[]): number[] {
  return equityOf(closes.slice(1).map((row, t) => mean(row.map((close, j) => close / closes[t]![j]! - 1))));
}
