import { UserError } from '../../../errors.ts';
import { tradesAndPositions } from '../../constraints/beyond-bounds.ts';
import { feasibleSet } from '../../constraints/index.ts';
import { isFeasible } from '../../constraints/polytope.ts';
import { equalWeights } from '../../equal-weights.ts';
import type { Mandate, Mandates } from '../../mandate.ts';
import { isKept } from '../../optimize/problem.ts';
import { createPricing, createJudge, outcomesOf } from '../../samples.ts';
import { lstmGenerator, type LstmStrategy } from '../lstm-generator.ts';
import { leastRisky, type PricedMinimum } from '../shared.ts';
import type { DecideContext } from '../strategy.ts';

/** Holds 1/n in every asset, a reference that needs no forecast. The LSTM's scenarios only measure its risk. */
export const equalWeight: LstmStrategy = {
  ...lstmGenerator,
  id: 'equal-weight',
  title: 'Equal weights',
  about: 'Every asset gets the same share of the money, whatever the forecasts say.',
  async decide({ tickers }, mandates, context) {
    const { samples, fresh, wantsOutcomes } = context;
    const [mandate] = mandates;
    const { alpha } = mandate.risk;
    const weights = equalWeights(tickers);
    checkConstraints(weights, tickers, mandate);
    const least = await minimumIfLimited(context, tickers, mandates);
    const judge = createJudge(fresh, alpha);
    const { trading } = tradesAndPositions(mandate.constraints, tickers, mandate.held);
    const portfolio = judge(createPricing(samples, alpha, trading)(weights));
    const shared = {
      ...(least && { minimum: judge(least.portfolio), minimumGap: least.gap }),
      ...(wantsOutcomes === true && { outcomes: outcomesOf(portfolio, samples) }),
    };
    return mandates.map((one) => ({
      status: isKept(portfolio.leastLimit, one.risk.limit) ? 'optimal' : 'infeasible',
      portfolio,
      ...shared,
    }));
  },
};

/** The least risky portfolio, computed only if a mandate has a limit. */
async function minimumIfLimited(
  context: DecideContext,
  tickers: readonly string[],
  mandates: Mandates,
): Promise<PricedMinimum | undefined> {
  if (mandates.every(({ risk }) => risk.limit === undefined)) return undefined;
  return leastRisky(context, tickers, mandates[0]);
}

function checkConstraints(weights: readonly number[], tickers: readonly string[], { constraints }: Mandate): void {
  if (isFeasible(feasibleSet(constraints, tickers), weights)) return;
  throw new UserError('Equal weights do not meet these constraints: loosen them, or choose another strategy.', {
    option: 'strategy',
    code: 'strategies.equal-weight-barred',
    data: { assets: tickers.length },
  });
}
