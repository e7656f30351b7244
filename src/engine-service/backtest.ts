import type { PriceService } from '../prices/service.ts';
import { universeLabel } from '../prices/universes.ts';
import { splitMarket } from '../engine/backtest/benchmark.ts';
import { planBacktest } from '../engine/backtest/plan.ts';
import { feasibleSet, weightBounds } from '../engine/constraints/index.ts';
import { assertFeasible } from '../engine/optimize/starting-weights.ts';
import type { BacktestRequest } from './requests.ts';
import { decideAll, type DecisionParts } from './backtest-decisions.ts';
import { decisionKeys } from './backtest-kept.ts';
import { priceFacts } from './facts.ts';
import type { ModelSource } from './models.ts';
import { asked, checkSize } from './request.ts';
import type { Around } from './sharing.ts';
import type { BacktestAnswer } from './types.ts';

interface Parts extends DecisionParts {
  readonly prices: PriceService;
  readonly models: Pick<ModelSource, 'memoryOf'>;
}

type Backtester = (request: BacktestRequest, around: Around) => Promise<BacktestAnswer>;

export function createBacktester(parts: Parts): Backtester {
  const { prices, models, pool, kept, threads } = parts;
  return async (request, around) => {
    const started = performance.now();
    const loaded = await prices.history(request.universe, asked(around));
    const { assets, index } = splitMarket(loaded.prices);
    // What cannot be answered is refused before a model is trained for it.
    checkSize(assets.tickers.length, request.scenarios, threads);
    await assertFeasible(feasibleSet(weightBounds(request.bounds), assets.tickers));
    const walk = planBacktest(assets, request);
    const { universe, recipe } = request;
    const memory = await models.memoryOf({ universe, loaded: { ...loaded, prices: assets }, recipe });
    const keys = decisionKeys(assets, walk, request, memory);
    const days = await Promise.all(keys.map((key) => kept.get(key)));
    const choices = await decideAll(parts, { request, assets, walk, memory, keys, days, around });
    const judged = { prices: loaded.prices, terms: request, choices };
    const result = await pool.run('judge', judged, { signal: around.signal });
    return {
      request,
      universe: universeLabel(universe),
      tickers: assets.tickers,
      ...(index && { index: index.ticker }),
      result,
      prices: priceFacts(loaded, { prices: assets, until: walk.slots.at(-1)!.until }),
      seconds: (performance.now() - started) / 1000,
    };
  };
}
