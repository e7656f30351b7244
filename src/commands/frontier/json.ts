import type { Portfolio } from '../../engine/types.ts';
import type { FrontierAnswer } from '../../engine-service/answers.ts';
import { byTicker, pricesJson, stagesJson } from '../../terminal/json.ts';

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
    seconds: stagesJson(seconds),
  };
}
