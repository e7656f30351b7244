import { keepingUp } from '../optimize/behind-margin.ts';
import { type KnownMinimum, type Minimum, openOptimizer } from '../optimize/optimizer.ts';
import type { RiskProblem } from '../optimize/problem.ts';
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
  const decide = async (problem: RiskProblem): Promise<PricedMinimum> => {
    const optimizer = await openOptimizer(problem, { minimum: knownUnder(problem, knownMinimum) });
    try {
      const { portfolio, gap } = optimizer.minimum();
      return { portfolio: createPricing(samples, problem.alpha, problem.trading)(portfolio.weights), gap };
    } finally {
      optimizer.close();
    }
  };
  return keepingUp({ tickers, mandate, samples }, decide, ({ portfolio }) => [portfolio.weights]);
}

/** What was found before counts for the same problem alone; a limit on falling behind changes until it is kept. */
export const knownUnder = ({ behind }: RiskProblem, known: KnownMinimum | undefined): KnownMinimum | undefined =>
  behind === undefined ? known : undefined;
