import type { RecordAnswer } from '../../engine-service/record.ts';
import { walkBehind } from '../walk-behind.ts';
import { walkTrades } from '../walk-trades.ts';
import { findStrategy } from '../../engine/strategies/index.ts';
import { boundsJson, finiteOnly, heldJson, pricesJson, roundSeconds, strategyJson } from '../../terminal/json.ts';

export function recordJson({
  request,
  universe,
  tickers,
  account,
  record,
  walks,
  prices,
  seconds,
}: RecordAnswer): object {
  const { strategy, mandate, offsets, sampling } = request;
  const all = walks.flatMap(({ decisions }) => decisions);
  return {
    status: 'recorded',
    universe,
    decisions: record.decisions,
    offsets,
    byLimit: record.byLimit.map(finiteOnly),
    pooled: finiteOnly(record.pooled),
    worst: record.worst,
    ...walkTrades(all),
    ...walkBehind(all, mandate),
    ...strategyJson(strategy),
    recipe: findStrategy(strategy.id).recipeOf(strategy.params),
    horizonDays: mandate.horizonDays,
    alpha: mandate.risk.alpha,
    ...boundsJson(mandate.constraints),
    ...(account && { held: heldJson(tickers, account) }),
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    tickers,
    prices: pricesJson(prices),
    seconds: roundSeconds(seconds),
  };
}
