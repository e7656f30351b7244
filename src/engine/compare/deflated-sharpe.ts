import { mean, normalCdf, normalQuantile } from '../statistics.ts';

/** Of Euler and Mascheroni. */
const GAMMA = 0.5772156649015329;

/** A series of returns as the deflated Sharpe ratio sees it. */
export interface SharpeMoments {
  /** T */
  readonly days: number;
  /** Mean ÷ standard deviation, of one period. */
  readonly sharpe: number;
  readonly skew: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** @param returns (T) */
export function sharpeMoments(returns: readonly number[]): SharpeMoments {
  const average = mean(returns);
  const power = (exponent: number): number => mean(returns.map((r) => (r - average) ** exponent));
  const deviation = Math.sqrt(power(2));
  return {
    days: returns.length,
    sharpe: average / deviation,
    skew: power(3) / deviation ** 3,
    kurtosis: power(4) / deviation ** 4,
  };
}

/**
 * The Sharpe ratio that the best of `tried` strategies without skill is expected to show by luck.
 * @param variance of the Sharpe ratios of those that were tried, of one period
 */
export function luckySharpe(tried: number, variance: number): number {
  if (tried < 2) return 0;
  const best = (1 - GAMMA) * normalQuantile(1 - 1 / tried) + GAMMA * normalQuantile(1 - 1 / (tried * Math.E));
  return Math.sqrt(variance) * best;
}

/**
 * The probability that the true Sharpe ratio is above what luck explains (Bailey & López de Prado 2014).
 * @param lucky as `luckySharpe`
 */
export function deflatedSharpe({ days, sharpe, skew, kurtosis }: SharpeMoments, lucky: number): number {
  const spread = 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return normalCdf(((sharpe - lucky) * Math.sqrt(days - 1)) / Math.sqrt(spread));
}
