import type { LstmModel } from '../../lstm/lstm-model.ts';
import { judge, outcomesOf } from '../../samples.ts';
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
  async decide({ manifest }, _history, mandates, { samples, drawFresh, wantsOutcomes }) {
    const { portfolio: priced, gap } = await leastRisky(samples, manifest.tickers, mandates[0]);
    const portfolio = judge(priced, await drawFresh([priced.weights]), mandates[0].risk.alpha);
    const outcomes = wantsOutcomes === true && { outcomes: outcomesOf(portfolio, samples) };
    return mandates.map((mandate) => ({
      status: isKept(portfolio.leastLimit, mandate.risk.limit) ? 'optimal' : 'infeasible',
      portfolio,
      minimum: portfolio,
      gap,
      ...outcomes,
    }));
  },
};
