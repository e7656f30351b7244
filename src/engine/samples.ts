import { z } from 'zod';
import { measurePortfolio } from './optimize/portfolio.ts';
import { cvar, portfolioLosses } from './risk.ts';
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

/** Scenarios of one model, day and horizon. In shared memory, threads read them without a copy. */
export interface Samples {
  /** C (M, n), for the optimiser. */
  readonly scenarios: Matrix;
  /** C (⌈M/2⌉, n), an independent sample on which the result is measured again. */
  readonly fresh: Matrix;
}

/** A portfolio with its CVaR on scenarios that the optimiser has not seen, which is the more honest figure. */
export interface MeasuredPortfolio extends Portfolio {
  readonly freshCvar: number;
}

/** The two draws that make `Samples`. */
export function samplingsOf({ scenarios, seed }: Sampling): { readonly main: Sampling; readonly fresh: Sampling } {
  return {
    main: { scenarios, seed: 2 * seed },
    fresh: { scenarios: Math.ceil(scenarios / 2), seed: 2 * seed + 1 },
  };
}

export function withFreshCvar(portfolio: Portfolio, { fresh }: Samples, alpha: number): MeasuredPortfolio {
  return {
    ...portfolio,
    freshCvar: cvar(portfolioLosses(fresh, portfolio.weights), alpha),
  };
}

/** Measures a portfolio on both samples. @param weights (n) */
export function measure(weights: ArrayLike<number>, samples: Samples, alpha: number): MeasuredPortfolio {
  return withFreshCvar(measurePortfolio(samples.scenarios, alpha, weights), samples, alpha);
}

/** @returns (M) the portfolio's H-day return in each scenario */
export function outcomesOf({ weights }: Portfolio, { scenarios }: Samples): number[] {
  return Array.from(portfolioLosses(scenarios, weights), (loss) => -loss);
}
