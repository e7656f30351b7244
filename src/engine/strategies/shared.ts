import { keepingUp } from '../optimize/behind-margin.ts';
import type { LimitChoice } from '../optimize/margin.ts';
import { type KnownMinimum, type Minimum, openOptimizer } from '../optimize/optimizer.ts';
import type { RiskProblem } from '../optimize/problem.ts';
import type { Mandate, Mandates } from '../mandate.ts';
import { oncePer } from '../once-per.ts';
import { createJudge, createPricing, outcomesOf, type PricedPortfolio } from '../samples.ts';
import type { DecideContext, Decision, FailedDecision } from './strategy.ts';

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

/** What was found under one mandate, before it is judged. */
export type Found = (LimitChoice & Pick<Extract<Decision, { readonly portfolio: unknown }>, 'moved'>) | FailedDecision;

/** What was found under all mandates. */
export interface Chosen {
  readonly minimum: PricedPortfolio;
  readonly minimumGap: number;
  /** See `Decision.loosestLimit`. */
  readonly loosestLimit?: number;
  /** In the mandates' order. */
  readonly found: readonly Found[];
}

/** The weights that are answered. */
const chosenIn = ({ minimum, found }: Chosen): (readonly number[])[] => [
  minimum.weights,
  ...found.flatMap((one) => (one.status === 'failed' ? [] : [one.portfolio.weights])),
];

/**
 * Decides by what is chosen for the problem that the mandates pose, judged on fresh scenarios.
 * @throws what `choose` throws
 */
export async function decideBy(
  tickers: readonly string[],
  [mandate]: Mandates,
  { samples, fresh, wantsOutcomes = false }: DecideContext,
  choose: (problem: RiskProblem) => Promise<Chosen>,
): Promise<Decision[]> {
  const chooseUnder = async (problem: RiskProblem) => ({
    ...(await choose(problem)),
    ...(problem.behind && { behindLimit: problem.behind.limit }),
  });
  const { minimum: priced, found, ...about } = await keepingUp({ tickers, mandate, samples }, chooseUnder, chosenIn);
  // Limits that none keeps share the least risky one, and limits that do not bind the loosest.
  const judged = oncePer(createJudge(fresh, mandate.risk.alpha));
  const minimum = judged(priced);
  const decisionOf = (one: Found): Decision => {
    if (one.status === 'failed') return { ...one, minimum };
    const portfolio = judged(one.portfolio);
    const outcomes = wantsOutcomes && { outcomes: outcomesOf(portfolio, samples) };
    return { ...one, portfolio, minimum, ...about, ...outcomes };
  };
  return found.map(decisionOf);
}
