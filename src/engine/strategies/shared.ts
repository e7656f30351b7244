import type { Mandate } from '../mandate.ts';
import { openOptimizer } from '../optimize/optimizer.ts';
import { riskProblem } from '../optimize/problem.ts';
import { type MeasuredPortfolio, withFreshCvar, type Samples } from '../samples.ts';

/**
 * The portfolio with the smallest CVaR, and its certified gap.
 * @throws UserError when no weights meet the constraints
 */
export async function leastRisky(
  samples: Samples,
  tickers: readonly string[],
  mandate: Mandate,
): Promise<{ readonly portfolio: MeasuredPortfolio; readonly gap: number }> {
  const optimizer = await openOptimizer(riskProblem(samples.scenarios, tickers, mandate));
  try {
    const { portfolio, gap } = optimizer.minimum();
    return { portfolio: withFreshCvar(portfolio, samples, mandate.risk.alpha), gap };
  } finally {
    optimizer.close();
  }
}
