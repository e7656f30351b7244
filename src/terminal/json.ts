// The terminal's JSON contract: fractions, days and seconds; absent values are left out.
import { weightOf } from '../commands/constraints.ts';
import type { Mandate } from '../engine/mandate.ts';
import type { StrategyChoice } from '../engine/strategies/strategy.ts';
import type { AllocateAnswer, FrontierAnswer } from '../engine-service/answers.ts';
import { DEFAULT_STRATEGY } from '../parse.ts';
import type { Portfolio, Solution } from '../engine/types.ts';

export const byTicker = (tickers: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(tickers.map((ticker, j) => [ticker, values[j] ?? 0]));

/** JSON has no infinite or undefined numbers, such as a ratio to a risk of zero: they are left out. */
export const finiteOnly = (figures: object): object =>
  Object.fromEntries(
    Object.entries(figures).filter(([, value]) => typeof value !== 'number' || Number.isFinite(value)),
  );

export const roundSeconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

const stages = (seconds: AllocateAnswer['seconds']): object =>
  Object.fromEntries(Object.entries(seconds).map(([stage, value]) => [stage, roundSeconds(value)]));

export const pricesJson = ({ source, from, until, stale }: AllocateAnswer['prices']): object => ({
  source,
  from,
  until,
  stale,
});

/** The recipe, and the strategy when it is not the default. */
export const strategyJson = ({ id, params: { recipe } }: StrategyChoice): object => ({
  ...(id !== DEFAULT_STRATEGY.id && { strategy: id }),
  recipe,
});

export const boundsJson = ({ constraints }: Mandate): object => ({
  minWeight: weightOf(constraints, 'min-weight'),
  maxWeight: weightOf(constraints, 'max-weight'),
});

export function allocateJson(answer: AllocateAnswer): object {
  const { allocation, request, tickers, holdings: bought, model, prices, seconds } = answer;
  const { mandate, sampling, strategy } = request;
  const { portfolio, minimum = portfolio } = allocation;
  // Where no split keeps the limit, the portfolio is the least risky one, which stands below.
  const isOwn = allocation.status === 'optimal' || portfolio.cvar > minimum.cvar;
  return {
    status: allocation.status,
    ...(isOwn && {
      weights: byTicker(tickers, portfolio.weights),
      expectedReturn: portfolio.expectedReturn,
      cvar: portfolio.cvar,
      valueAtRisk: portfolio.valueAtRisk,
      freshCvar: portfolio.freshCvar,
    }),
    minCvar: minimum.cvar,
    minCvarWeights: byTicker(tickers, minimum.weights),
    ...(strategy.id !== DEFAULT_STRATEGY.id && { strategy: strategy.id }),
    horizonDays: mandate.horizonDays,
    alpha: mandate.risk.alpha,
    lossLimit: mandate.risk.limit,
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    ...(bought && { shares: byTicker(tickers, bought.shares), cash: bought.cash }),
    // The vendor is not part of the contract; JSON leaves out undefined values.
    ...(answer.conversion && { conversion: { ...answer.conversion, vendor: undefined } }),
    model,
    prices: pricesJson(prices),
    seconds: stages(seconds),
  };
}

export function frontierJson({ request, tickers, frontier, model, prices, seconds }: FrontierAnswer): object {
  const { mandate, sampling } = request;
  const { alpha, limit } = mandate.risk;
  const pointJson = ({ weights, ...figures }: Portfolio): object => ({
    ...figures,
    weights: byTicker(tickers, weights),
  });
  const { expectedReturn, cvar, valueAtRisk } = frontier.equalWeight;
  return {
    status: 'traced',
    points: frontier.points.map(pointJson),
    minCvar: frontier.minimum.cvar,
    equalWeight: { expectedReturn, cvar, valueAtRisk },
    gap: frontier.gap,
    horizonDays: mandate.horizonDays,
    alpha,
    ...(limit !== undefined && { lossLimit: limit }),
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    model,
    prices: pricesJson(prices),
    seconds: stages(seconds),
  };
}

export function solutionJson(names: readonly string[], solution: Solution, seconds: number): object {
  const best = solution.status === 'optimal' ? solution.best : undefined;
  return {
    status: solution.status,
    ...(best && {
      weights: byTicker(names, best.weights),
      expectedReturn: best.expectedReturn,
      cvar: best.cvar,
      valueAtRisk: best.valueAtRisk,
    }),
    minCvar: solution.minimum.cvar,
    minCvarWeights: byTicker(names, solution.minimum.weights),
    gap: solution.gap,
    seconds: roundSeconds(seconds),
  };
}
