import type { Mandate } from '../mandate.ts';
import { openOptimizer } from '../optimize/optimizer.ts';
import { LIMIT_TOLERANCE, riskProblem } from '../optimize/problem.ts';
import { type MeasuredPortfolio, withFreshCvar, type Samples } from '../samples.ts';
import type { Portfolio } from '../types.ts';

/** Whether the portfolio keeps the mandate's limit; true without a limit. */
export function keepsLimit({ cvar }: Portfolio, { risk }: Mandate): boolean {
  return risk.limit === undefined || cvar <= risk.limit + LIMIT_TOLERANCE;
}

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
