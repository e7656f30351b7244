import { z } from 'zod';
import { expectedReturn, expectedReturns } from './optimize/portfolio.ts';
import type { Trading } from './optimize/problem.ts';
import { tradeCost } from './optimize/trading.ts';
import { subSeed } from './random.ts';
import { cvarWithError, portfolioLosses } from './risk.ts';
import type { Matrix, Portfolio } from './types.ts';

export const samplingSchema = z
  .strictObject({
    /** M */
    scenarios: z.number(),
    seed: z.number(),
  })
  .readonly();

/** The number of scenarios, and the seed they are drawn from. */
export type Sampling = z.infer<typeof samplingSchema>;

/** Independent samples of one model, day and horizon. In shared memory, threads read them without a copy. */
export interface Samples {
  /** C (M, n): weights are chosen on it. */
  readonly scenarios: Matrix;
  /** C (2M, n): what is chosen is priced on it. Absent with recipe `plain`: priced on the scenarios it is chosen on. */
  readonly pricing?: Matrix;
}

/** A portfolio priced on scenarios that it was not chosen on. */
export interface PricedPortfolio extends Portfolio {
  /**
   * The smallest CVaR limit that this portfolio is an answer to: its CVaR, and a margin for the sampling errors of
   * this figure and of one that judges it later.
   */
  readonly leastLimit: number;
}

/** A priced portfolio, judged on scenarios that it was neither chosen nor priced on. */
export interface MeasuredPortfolio extends PricedPortfolio {
  /** The CVaR on them, and its standard error. */
  readonly freshCvar: number;
  readonly standardError: number;
}

/**
 * Multiplies what differs from the mean by κ, see `nextKappa`. Nothing falls by more than all.
 * @param data (M, n) receives the numbers
 * @returns C (M, n); the same for κ = 1
 */
export function scaleAboutMean(
  scenarios: Matrix,
  kappa: number,
  data: Float64Array = new Float64Array(scenarios.data.length),
): Matrix {
  if (kappa === 1) return scenarios;
  const { rows, cols } = scenarios;
  const means = expectedReturns(scenarios);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let j = 0; j < cols; j++, at++) {
      data[at] = Math.max(-1, means[j]! + kappa * (scenarios.data[at]! - means[j]!));
    }
  }
  return { rows, cols, data };
}

/** Of a normal estimate, one-sided, 95 %. */
const QUANTILE = 1.645;

/** The draws that make `Samples`, and the fresh scenarios on which portfolios are judged. */
export function samplingsOf({ scenarios, seed }: Sampling, isPriced: boolean) {
  return {
    scenarios: { scenarios, seed: 2 * seed },
    ...(isPriced && { pricing: { scenarios: 2 * scenarios, seed: 2 * seed + 1 } }),
    fresh: { scenarios: isPriced ? 2 * scenarios : Math.ceil(scenarios / 2), seed: subSeed(seed, 'fresh') },
  };
}

/** @returns C (2M, n), or (M, n) where there is no sample for prices */
export const pricingSample = ({ scenarios, pricing = scenarios }: Samples): Matrix => pricing;

/** A CVaR on the sample for prices with its margin, see `PricedPortfolio.leastLimit`. @param error its standard error */
export const leastLimitOf = ({ pricing }: Samples, cvar: number, error: number): number =>
  pricing === undefined ? cvar : cvar + QUANTILE * Math.SQRT2 * error;

/**
 * @param trading whose cost the expected return is net of
 * @returns prices weights (n) on the sample for it, see `Samples.pricing`
 */
export function createPricing(
  samples: Samples,
  alpha: number,
  trading?: Trading,
): (weights: ArrayLike<number>) => PricedPortfolio {
  const sample = pricingSample(samples);
  const means = expectedReturns(sample);
  const losses = new Float64Array(sample.rows);
  return (weights) => {
    portfolioLosses(sample, weights, losses);
    const { cvar, valueAtRisk, error } = cvarWithError(losses, alpha);
    const cost = trading === undefined ? 0 : tradeCost(weights, trading);
    return {
      weights: Array.from(weights),
      expectedReturn: expectedReturn(means, weights) - cost,
      cvar,
      valueAtRisk,
      leastLimit: leastLimitOf(samples, cvar, error),
    };
  };
}

/** @param fresh (M, n) that no weights were chosen on @returns judges a portfolio on them */
export function createJudge(fresh: Matrix, alpha: number): (portfolio: PricedPortfolio) => MeasuredPortfolio {
  const losses = new Float64Array(fresh.rows);
  return (portfolio) => {
    portfolioLosses(fresh, portfolio.weights, losses);
    const { cvar: freshCvar, error: standardError } = cvarWithError(losses, alpha);
    return { ...portfolio, freshCvar, standardError };
  };
}

/** @returns (M) the portfolio's H-day return in each scenario of the sample it is priced on */
export function outcomesOf({ weights }: Portfolio, samples: Samples): number[] {
  return Array.from(portfolioLosses(pricingSample(samples), weights), (loss) => -loss);
}
