import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { DEFAULT_STRATEGY } from '../../parse.ts';
import { byTicker, pricesJson, stagesJson } from '../../terminal/json.ts';

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
    seconds: stagesJson(seconds),
  };
}
