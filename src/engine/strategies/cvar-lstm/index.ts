import type { Mandate, Mandates } from '../../mandate.ts';
import { Chooser, type LimitChoice } from '../../optimize/margin.ts';
import { type KnownMinimum, openOptimizer } from '../../optimize/optimizer.ts';
import type { RiskProblem } from '../../optimize/problem.ts';
import { keepingUp } from '../../optimize/behind-margin.ts';
import { knownUnder } from '../shared.ts';
import { oncePer } from '../../once-per.ts';
import { createJudge, outcomesOf, type PricedPortfolio, type Samples } from '../../samples.ts';
import { type DecideContext, type Decision, failedBy, type FailedDecision } from '../strategy.ts';
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
  decide: ({ tickers }, mandates, context) => decideUnder(tickers, mandates, context),
};

/** What the optimiser found under one mandate, before it is judged. */
type Found = LimitChoice | FailedDecision;

async function decideUnder(
  tickers: readonly string[],
  mandates: Mandates,
  { samples, fresh, knownMinimum, wantsOutcomes = false }: DecideContext,
): Promise<Decision[]> {
  const { alpha } = mandates[0].risk;
  const choose = (problem: RiskProblem) => chooseUnder(problem, mandates, samples, knownMinimum);
  const chosen = await keepingUp({ tickers, mandate: mandates[0], samples }, choose, chosenIn);
  const { minimum: priced, found, ...about } = chosen;
  // Limits that none keeps share the least risky one, and limits that do not bind the loosest.
  const judged = oncePer(createJudge(fresh, alpha));
  const minimum = judged(priced);
  const decisionOf = (one: Found): Decision => {
    if (one.status === 'failed') return { ...one, minimum };
    const portfolio = judged(one.portfolio);
    const outcomes = wantsOutcomes && { outcomes: outcomesOf(portfolio, samples) };
    return { ...one, portfolio, minimum, ...about, ...outcomes };
  };
  return found.map(decisionOf);
}

const loosestFirst = (a: Mandate, b: Mandate): number => (b.risk.limit ?? Infinity) - (a.risk.limit ?? Infinity);

interface Chosen {
  readonly minimum: PricedPortfolio;
  readonly minimumGap: number;
  readonly loosestLimit: number;
  readonly found: readonly Found[];
  readonly behindLimit?: number;
}

/** The weights that are answered. */
const chosenIn = ({ minimum, found }: Chosen): (readonly number[])[] => [
  minimum.weights,
  ...found.flatMap((one) => (one.status === 'failed' ? [] : [one.portfolio.weights])),
];

/** From the loosest limit to the tightest, so that each is near the one before. @returns them in the mandates' order */
async function chooseUnder(
  problem: RiskProblem,
  mandates: Mandates,
  samples: Samples,
  knownMinimum: KnownMinimum | undefined,
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
      ...(problem.behind && { behindLimit: problem.behind.limit }),
    };
  } finally {
    optimizer.close();
  }
}
