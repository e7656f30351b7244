import { openOptimizer } from '../optimize/optimizer.ts';
import { riskProblem } from '../optimize/problem.ts';
import type { Mandate } from '../mandate.ts';
import { createPricing, type PricedPortfolio, type Samples } from '../samples.ts';

/**
 * The portfolio with the smallest CVaR, and its certified gap.
 * @throws UserError when no weights meet the constraints
 */
export async function leastRisky(
  samples: Samples,
  tickers: readonly string[],
  mandate: Mandate,
): Promise<{ readonly portfolio: PricedPortfolio; readonly gap: number }> {
  const optimizer = await openOptimizer(riskProblem(samples.scenarios, tickers, mandate));
  try {
    const { portfolio, gap } = optimizer.minimum();
    return { portfolio: createPricing(samples, mandate.risk.alpha)(portfolio.weights), gap };
  } finally {
    optimizer.close();
  }
}
