// Pure: answers as the terminal's JSON contract has them. Fractions, days, seconds; what is absent is left out.
import type { AllocateAnswer, FrontierAnswer } from '../app.ts';
import type { Portfolio, Solution } from '../engine/types.ts';

export const byTicker = (tickers: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(tickers.map((ticker, j) => [ticker, values[j] ?? 0]));

/** JSON has no word for what is infinite or undefined: a ratio to a risk that never showed is left out. */
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

export function allocateJson(answer: AllocateAnswer): object {
  const { allocation, request, tickers, model, prices, seconds } = answer;
  const { minimum } = allocation;
  const best = allocation.status === 'optimal' ? allocation.best : undefined;
  const bought = answer.holdings(best ?? minimum);
  return {
    status: allocation.status,
    ...(best && {
      weights: byTicker(tickers, best.weights),
      expectedReturn: best.expectedReturn,
      cvar: best.cvar,
      valueAtRisk: best.valueAtRisk,
      freshCvar: best.freshCvar,
    }),
    minCvar: minimum.cvar,
    minCvarWeights: byTicker(tickers, minimum.weights),
    horizonDays: request.horizonDays,
    alpha: request.alpha,
    lossLimit: request.lossLimit,
    scenarios: request.scenarios,
    seed: request.seed,
    ...(bought && { shares: byTicker(tickers, bought.shares), cash: bought.cash }),
    // The vendor is no part of the contract; JSON leaves out what is undefined.
    ...(answer.conversion && { conversion: { ...answer.conversion, vendor: undefined } }),
    model,
    prices: pricesJson(prices),
    seconds: stages(seconds),
  };
}

export function frontierJson({ request, tickers, frontier, model, prices, seconds }: FrontierAnswer): object {
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
    horizonDays: request.horizonDays,
    alpha: request.alpha,
    ...(request.lossLimit !== undefined && { lossLimit: request.lossLimit }),
    scenarios: request.scenarios,
    seed: request.seed,
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
