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

/** How many scenarios are drawn, and from which seed. */
export type Sampling = z.infer<typeof samplingSchema>;

/** Scenarios of one model, day and horizon. On shared memory, threads read them without a copy. */
export interface Samples {
  /** C (M, n), to optimise on. */
  readonly scenarios: Matrix;
  /** C (M/2, n), independent: to price the result on again. */
  readonly fresh: Matrix;
}

/** A portfolio with its CVaR on scenarios that the optimiser has not seen: the honest figure. */
export interface MeasuredPortfolio extends Portfolio {
  readonly freshCvar: number;
}

/** What to draw for `Samples`. */
export function samplingsOf({ scenarios, seed }: Sampling): { readonly main: Sampling; readonly fresh: Sampling } {
  return {
    main: { scenarios, seed: 2 * seed },
    fresh: { scenarios: Math.ceil(scenarios / 2), seed: 2 * seed + 1 },
  };
}

export function priceAgain(portfolio: Portfolio, { fresh }: Samples, alpha: number): MeasuredPortfolio {
  return {
    ...portfolio,
    freshCvar: cvar(portfolioLosses(fresh, portfolio.weights), alpha),
  };
}

/** All the figures of one split, on both samples. @param weights (n) */
export function measure(weights: ArrayLike<number>, samples: Samples, alpha: number): MeasuredPortfolio {
  return priceAgain(measurePortfolio(samples.scenarios, alpha, weights), samples, alpha);
}

/** (M) the H-day return of the portfolio in each scenario. */
export function outcomesOf({ weights }: Portfolio, { scenarios }: Samples): number[] {
  return Array.from(portfolioLosses(scenarios, weights), (loss) => -loss);
}
