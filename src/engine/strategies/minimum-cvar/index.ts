import type { LstmModel } from '../../lstm/lstm-model.ts';
import { outcomesOf } from '../../samples.ts';
import { lstmGenerator, type LstmParams } from '../lstm-generator.ts';
import { drawSamples, keepsLimit, leastRisky } from '../shared.ts';
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
