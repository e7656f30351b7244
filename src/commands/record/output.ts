import type { RecordAnswer } from '../../engine-service/record.ts';
import { findStrategy } from '../../engine/strategies/index.ts';
import { finiteOnly, pricesJson, roundSeconds, strategyJson } from '../../terminal/json.ts';

export function recordJson({ request, universe, tickers, record, prices, seconds }: RecordAnswer): object {
  const { strategy, mandate, offsets, sampling } = request;
  return {
    status: 'recorded',
    universe,
    decisions: record.decisions,
    offsets,
    byLimit: record.byLimit.map(finiteOnly),
    pooled: finiteOnly(record.pooled),
    worst: record.worst,
    ...strategyJson(strategy),
    recipe: findStrategy(strategy.id).recipeOf(strategy.params),
    horizonDays: mandate.horizonDays,
    alpha: mandate.risk.alpha,
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    tickers,
    prices: pricesJson(prices),
    seconds: roundSeconds(seconds),
  };
}
