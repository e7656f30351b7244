import { type Minimum, openOptimizer } from '../optimize/optimizer.ts';
import { riskProblem } from '../optimize/problem.ts';
import type { Mandate } from '../mandate.ts';
import { createPricing, type PricedPortfolio } from '../samples.ts';
import type { DecideContext } from './strategy.ts';

export interface PricedMinimum extends Minimum {
  readonly portfolio: PricedPortfolio;
}

/**
 * The portfolio with the smallest CVaR.
 * @throws UserError when no weights meet the constraints
 */
export async function leastRisky(
  { samples, knownMinimum }: Pick<DecideContext, 'samples' | 'knownMinimum'>,
  tickers: readonly string[],
  mandate: Mandate,
): Promise<PricedMinimum> {
  const problem = riskProblem(samples.scenarios, tickers, mandate);
  const optimizer = await openOptimizer(problem, { minimum: knownMinimum });
  try {
    const { portfolio, gap } = optimizer.minimum();
    return { portfolio: createPricing(samples, problem.alpha, problem.trading)(portfolio.weights), gap };
  } finally {
    optimizer.close();
  }
}
