import type { Mandate, Mandates } from '../../mandate.ts';
import { Chooser } from '../../optimize/margin.ts';
import { openOptimizer } from '../../optimize/optimizer.ts';
import type { RiskProblem } from '../../optimize/problem.ts';
import { type Chosen, decideBy, type Found, knownUnder } from '../shared.ts';
import { type DecideContext, failedBy } from '../strategy.ts';
import { lstmGenerator, type LstmStrategy } from '../lstm-generator.ts';

/**
 * Finds the portfolio with the highest expected return under each limit, and the least risky one ("Generative LSTM + CVaR",
 * sections 6 and 7). All are found on the same scenarios, by one optimiser that is warm-started from limit to limit.
 */
export const cvarLstm: LstmStrategy = {
  ...lstmGenerator,
  id: 'cvar-lstm',
  title: 'Highest expected profit under a CVaR limit',
  about:
    'Of all splits whose average loss in the worst cases keeps the limit, the one with the highest expected profit on scenarios of a generative LSTM.',
  origin: '"Generative LSTM + CVaR", sections 2 to 7',
  decide: ({ tickers }, mandates, context) =>
    decideBy(tickers, mandates, context, (problem) => chooseUnder(problem, mandates, context)),
};

const loosestFirst = (a: Mandate, b: Mandate): number => (b.risk.limit ?? Infinity) - (a.risk.limit ?? Infinity);

/** From the loosest limit to the tightest, so that each is near the one before. @returns them in the mandates' order */
async function chooseUnder(
  problem: RiskProblem,
  mandates: Mandates,
  { samples, knownMinimum }: Pick<DecideContext, 'samples' | 'knownMinimum'>,
): Promise<Chosen> {
  const open = () => openOptimizer(problem, { minimum: knownUnder(problem, knownMinimum) });
  let optimizer = await open();
  try {
    let chooser = new Chooser(optimizer, samples, problem.alpha, problem.trading);
    const { minimum, minimumGap } = chooser;
    const loosestLimit = chooser.loosest().portfolio.leastLimit;
    const found = new Map<Mandate, Found>();
    for (const mandate of mandates.toSorted(loosestFirst)) {
      try {
        found.set(mandate, chooser.choose(mandate.risk.limit));
      } catch (error) {
        found.set(mandate, failedBy(error));
        // The fault may have left the optimiser in any state.
        optimizer.close();
        optimizer = await open();
        chooser = new Chooser(optimizer, samples, problem.alpha, problem.trading);
      }
    }
    return {
      minimum,
      minimumGap,
      loosestLimit,
      found: mandates.map((mandate) => found.get(mandate)!),
    };
  } finally {
    optimizer.close();
  }
}
