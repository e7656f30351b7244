import { createJudge, outcomesOf } from '../../samples.ts';
import { lstmGenerator, type LstmStrategy } from '../lstm-generator.ts';
import { isKept } from '../../optimize/problem.ts';
import { leastRisky } from '../shared.ts';

/** Holds the portfolio with the smallest CVaR on the LSTM's scenarios, whatever its expected return. */
export const minimumCvar: LstmStrategy = {
  ...lstmGenerator,
  id: 'minimum-cvar',
  title: 'Least risky split',
  about: 'Of all allowed splits of these assets, this one is the least risky.',
  origin: '"Generative LSTM + CVaR", section 7: the smallest limit that can be kept',
  async decide({ tickers }, mandates, context) {
    const { samples, fresh, wantsOutcomes } = context;
    const { portfolio: priced, gap } = await leastRisky(context, tickers, mandates[0]);
    const judge = createJudge(fresh, mandates[0].risk.alpha);
    const portfolio = judge(priced);
    const outcomes = wantsOutcomes === true && { outcomes: outcomesOf(portfolio, samples) };
    return mandates.map((mandate) => ({
      status: isKept(portfolio.leastLimit, mandate.risk.limit) ? 'optimal' : 'infeasible',
      portfolio,
      minimum: portfolio,
      minimumGap: gap,
      ...outcomes,
    }));
  },
};
