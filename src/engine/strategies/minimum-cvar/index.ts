import type { LstmModel } from '../../lstm/lstm-model.ts';
import { openOptimizer } from '../../optimize/optimizer.ts';
import { riskProblem } from '../../optimize/problem.ts';
import { outcomesOf, priceAgain, type MeasuredPortfolio, type Samples } from '../../samples.ts';
import type { Mandate } from '../../mandate.ts';
import { lstmGenerator, type LstmParams } from '../cvar-lstm/generator.ts';
import { drawSamples, keepsLimit } from '../shared.ts';
import type { Strategy } from '../strategy.ts';

/** Holds the portfolio with the smallest CVaR on the LSTM's scenarios, whatever its expected return. */
export const minimumCvar: Strategy<LstmParams, LstmModel> = {
  ...lstmGenerator,
  id: 'minimum-cvar',
  title: 'Least risky split',
  about: 'Of all splits of these assets, this one is the least risky.',
  async decide(model, history, mandates, context) {
    const samples = await drawSamples(lstmGenerator, { model, history, mandates, context });
    const { portfolio, gap } = await leastRisky(samples, model.manifest.tickers, mandates[0]!);
    const outcomes = context.wantsOutcomes === true && { outcomes: outcomesOf(portfolio, samples) };
    return mandates.map((mandate) => ({
      status: keepsLimit(portfolio, mandate) ? 'optimal' : 'infeasible',
      portfolio,
      minimum: portfolio,
      gap,
      ...outcomes,
    }));
  },
};

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
    return { portfolio: priceAgain(portfolio, samples, mandate.risk.alpha), gap };
  } finally {
    optimizer.close();
  }
}
