import type { CompareAnswer } from '../../engine-service/compare.ts';
import { boundsJson, finiteOnly, pricesJson, roundSeconds } from '../../terminal/json.ts';

export function compareJson({ request, universe, tickers, index, comparison, prices, seconds }: CompareAnswer): object {
  const { mandate, limit, riskFree, costBps, retrainDays, sampling } = request;
  const { strategies, index: ofIndex, ...rest } = comparison;
  return {
    status: 'compared',
    strategies: Object.fromEntries(Object.entries(strategies).map(([name, figures]) => [name, finiteOnly(figures)])),
    ...rest,
    ...(ofIndex && { index: { ticker: index, ...finiteOnly(ofIndex) } }),
    ...(limit !== 'unlimited' && { limit }),
    horizonDays: mandate.horizonDays,
    alpha: mandate.risk.alpha,
    riskFree,
    costBps,
    retrainDays,
    ...boundsJson(mandate.constraints),
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    universe,
    tickers,
    prices: pricesJson(prices),
    seconds: roundSeconds(seconds),
  };
}
