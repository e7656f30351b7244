// From prices to scenarios, as every answer on them begins.
import type { History } from '../engine/history.ts';
import { historyUntil } from '../engine/history.ts';
import { benchmarkOf } from '../engine/constraints/beyond-bounds.ts';
import { checkNeeds, findStrategy, isAdaptive } from '../engine/strategies/index.ts';
import type { Drawn } from '../engine/strategies/drawn.ts';
import type { Model } from '../engine/strategies/strategy.ts';
import type { LoadedPrices } from '../engine/types.ts';
import { resolveViews } from '../engine/views/view.ts';
import type { PriceService } from '../prices/service.ts';
import { withBenchmark } from '../prices/universes.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import { moneyOf } from './account.ts';
import type { AskedStrategies } from './asked-strategies.ts';
import { loadAssets, loadPast, withoutIndices } from './assets.ts';
import type { ModelService } from './models.ts';
import type { Records } from './records.ts';
import { checkSize, historyOptions, type AllocateRequest, type ScenariosRequest } from './requests.ts';
import type { ScenarioCache } from './scenarios.ts';
import type { Stopwatch } from './stopwatch.ts';
import { mandateFor } from './trades.ts';

export type PrepareRequest = ScenariosRequest &
  Partial<Pick<AllocateRequest, 'mandate' | 'amount' | 'amountCurrency' | 'held'>>;

interface PrepareServices {
  readonly prices: PriceService;
  readonly pool: Pick<Pool, 'run'>;
  readonly models: ModelService;
  readonly scenarios: ScenarioCache;
  readonly records: Records;
  readonly asked: AskedStrategies;
}

export interface Prepared {
  /** `label` names the universe. */
  readonly loaded: LoadedPrices & { readonly label: string };
  readonly history: History;
  readonly model: Model;
  readonly drawn: Drawn;
  readonly money: Awaited<ReturnType<typeof moneyOf>>;
}

/** Impossible requests fail before a model is trained for them. @throws UserError */
export async function prepare(
  services: PrepareServices,
  request: PrepareRequest,
  options: TaskOptions,
  stopwatch: Stopwatch,
): Promise<Prepared> {
  const { strategy: choice, sampling, horizonDays, mandate, asOf, views } = request;
  const benchmark = benchmarkOf(mandate?.constraints ?? []);
  const universe = withBenchmark(request.universe, benchmark);
  const strategy = findStrategy(choice.id);
  const dated = { ...historyOptions(options), until: asOf };
  const loaded = await loadAssets(services.prices, { ...request, universe }, dated, benchmark);
  const history = historyUntil(loaded.prices, asOf);
  const { tickers } = history.prices;
  checkNeeds(strategy, history.prices);
  checkSize(tickers.length, sampling.scenarios);
  const expected = views && { views: resolveViews(views, tickers) };
  const money = await moneyOf(request, history, services.prices, options.signal);
  if (mandate !== undefined && mandate.constraints.length > 0) {
    const asked = { mandate: mandateFor(mandate, money.account, history.prices), tickers };
    await services.pool.run('check', asked, { signal: options.signal });
  }
  stopwatch.lap('prices');
  const subject = { universe, loaded, strategy: choice, isPast: asOf !== undefined };
  void services.asked.note(subject);
  return services.models.use(subject, history, options, async (model, unsaved) => {
    stopwatch.lap('model');
    // A record goes on after a day of the past, and is known by all of its prices.
    const isCut = asOf !== undefined && isAdaptive(choice);
    const whole = isCut
      ? await loadPast(services.prices, request.universe, options)
      : withoutIndices({ ...subject, universe: request.universe });
    const { kappa, note } = await services.records.kappa(request, whole);
    const draw = { strategy: strategy.id, model, history: strategy.recent(model, history), horizonDays, sampling };
    const asDrawn = await services.scenarios.draw(draw, options);
    const drawn = await services.scenarios.scale(asDrawn, { ...expected, kappa }, options);
    stopwatch.lap('scenarios');
    const notes = [...loaded.notes, ...[unsaved, note].filter((one) => one !== undefined)];
    return { loaded: { ...loaded, notes }, history, model, drawn, money };
  });
}
