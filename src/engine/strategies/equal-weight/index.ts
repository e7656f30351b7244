import { UserError } from '../../../errors.ts';
import { isFeasible } from '../../constraints/polytope.ts';
import { equalWeights } from '../../equal-weights.ts';
import type { Mandates } from '../../mandate.ts';
import { cvarBehind } from '../../optimize/portfolio.ts';
import { isKept, riskProblem, type RiskProblem } from '../../optimize/problem.ts';
import { turnoverOf } from '../../optimize/trading.ts';
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
  origin: 'DeMiguel, Garlappi & Uppal 2009: a split that is hard to beat',
  async decide({ tickers }, mandates, context) {
    const { samples, fresh, wantsOutcomes } = context;
    const [mandate] = mandates;
    const { alpha } = mandate.risk;
    const weights = equalWeights(tickers);
    const problem = riskProblem(samples.scenarios, tickers, mandate);
    checkConstraints(weights, problem);
    const least = await minimumIfLimited(context, tickers, mandates);
    const judge = createJudge(fresh, alpha);
    const portfolio = judge(createPricing(samples, alpha, problem.trading)(weights));
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

/** How far an answer may be from what is asked of trades and positions. */
const TOLERANCE = 1e-9;

function checkConstraints(weights: readonly number[], problem: RiskProblem): void {
  const { scenarios, alpha, feasible, sparsity, trading, behind } = problem;
  const held = weights.filter((weight) => weight > 0);
  const areFew = sparsity === undefined || (held.length <= sparsity.most && held[0]! >= sparsity.least - TOLERANCE);
  const areNear = trading === undefined || turnoverOf(weights, trading.held) <= trading.mostTurnover + TOLERANCE;
  const least = behind && cvarBehind(scenarios, weights, behind, alpha);
  const meetTheRest = areFew && areNear && isFeasible(feasible, weights);
  if (meetTheRest && (least === undefined || isKept(least, behind?.limit))) return;
  throw new UserError('Equal weights do not meet these constraints: loosen them, or choose another strategy.', {
    option: 'strategy',
    code: 'strategies.equal-weight-barred',
    data: { assets: held.length, ...(meetTheRest && { least }) },
  });
}
