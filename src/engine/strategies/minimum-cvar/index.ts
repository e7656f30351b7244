import type { LstmModel } from '../../lstm/lstm-model.ts';
import { outcomesOf } from '../../samples.ts';
import { lstmGenerator, type LstmParams } from '../lstm-generator.ts';
import { isKept } from '../../optimize/problem.ts';
import { leastRisky } from '../shared.ts';
import type { Strategy } from '../strategy.ts';

/** Holds the portfolio with the smallest CVaR on the LSTM's scenarios, whatever its expected return. */
export const minimumCvar: Strategy<LstmParams, LstmModel> = {
  ...lstmGenerator,
  id: 'minimum-cvar',
  title: 'Least risky split',
  about: 'Of all allowed splits of these assets, this one is the least risky.',
  async decide({ manifest }, _history, mandates, { samples, wantsOutcomes }) {
    const { portfolio, gap } = await leastRisky(samples, manifest.tickers, mandates[0]);
    const outcomes = wantsOutcomes === true && { outcomes: outcomesOf(portfolio, samples) };
    return mandates.map((mandate) => ({
      status: isKept(portfolio.cvar, mandate.risk.limit) ? 'optimal' : 'infeasible',
      portfolio,
      minimum: portfolio,
      gap,
      ...outcomes,
    }));
  },
};
