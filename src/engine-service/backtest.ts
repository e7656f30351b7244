import { splitMarket } from '../engine/market.ts';
import { planBacktest, planOf } from '../engine/backtest/plan.ts';
import { feasibleSet } from '../engine/constraints/index.ts';
import { checkNeeds, findStrategy } from '../engine/strategies/index.ts';
import { assertFeasible } from '../engine/optimize/starting-weights.ts';
import type { PriceService } from '../prices/service.ts';
import { universeLabel } from '../prices/universes.ts';
import { type BacktestAnswer, priceProvenance } from './answers.ts';
import { decideAll, type DecisionServices } from './backtest-decisions.ts';
import { decisionKeys } from './decision-cache.ts';
import type { ModelService } from './models.ts';
import { checkSize, historyOptions, type BacktestRequest } from './requests.ts';
import type { SharedContext } from './single-flight.ts';

interface BacktestServices extends DecisionServices {
  readonly prices: PriceService;
  readonly models: Pick<ModelService, 'choiceFor'>;
}

/** Makes the decisions of past dates in worker threads, and evaluates them. */
export async function runBacktest(
  { prices, models, ...services }: BacktestServices,
  request: BacktestRequest,
  context: SharedContext,
): Promise<BacktestAnswer> {
  const started = performance.now();
  const { universe, mandate, sampling } = request;
  const loaded = await prices.history(universe, historyOptions(context));
  const { assets, index } = splitMarket(loaded.prices);
  // Impossible requests must fail before a model is trained for them.
  checkNeeds(findStrategy(request.strategy.id), assets);
  checkSize(assets.tickers.length, sampling.scenarios, services.threads);
  await assertFeasible(feasibleSet(mandate.constraints, assets.tickers));
  const schedule = planBacktest(assets, planOf(request));
  const subject = { universe, loaded: { ...loaded, prices: assets }, strategy: request.strategy };
  const options = { ...request, strategy: await models.choiceFor(subject) };
  const keys = decisionKeys(assets, schedule, options);
  const cached = await Promise.all(keys.map((key) => services.cache.get(key)));
  const decisions = await decideAll(services, { request: options, assets, schedule, keys, cached, context });
  const input = { prices: loaded.prices, options, decisions };
  const result = await services.pool.run('judge', input, { signal: context.signal });
  return {
    request,
    universe: universeLabel(universe),
    tickers: assets.tickers,
    ...(index && { index: index.ticker }),
    result,
    prices: priceProvenance(loaded, { prices: assets, until: schedule.decisionDates.at(-1)!.until }),
    seconds: (performance.now() - started) / 1000,
  };
}
