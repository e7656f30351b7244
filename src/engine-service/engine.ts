import { canonicalJson } from '../engine/canonical-json.ts';
import { feasibleSet } from '../engine/constraints/index.ts';
import { historyUntil } from '../engine/history.ts';
import { checkNeeds, findStrategy } from '../engine/strategies/index.ts';
import { assertFeasible } from '../engine/optimize/starting-weights.ts';
import type { Matrix } from '../engine/types.ts';
import type { PriceService } from '../prices/service.ts';
import type { SettingsUsed } from '../settings-used.ts';
import type { ModelStore } from '../store/models.ts';
import type { Table } from '../store/table.ts';
import type { Queue, TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import { conversionOf } from './amount.ts';
import {
  type AllocateAnswer,
  type BacktestAnswer,
  type FrontierAnswer,
  type Retrained,
  type Trained,
  allocationOf,
  modelProvenance,
  priceProvenance,
  type ModelProvenance,
  type PriceProvenance,
} from './answers.ts';
import { loadAssets } from './assets.ts';
import type { FaultLog } from './backtest-decisions.ts';
import { runBacktest } from './backtest.ts';
import type { StoredDecisions } from './decision-cache.ts';
import { holdingsFor } from './holdings.ts';
import { ModelService } from './models.ts';
import {
  checkSize,
  historyOptions,
  type AllocateRequest,
  type BacktestRequest,
  type FrontierRequest,
  type ScenariosRequest,
  type TrainRequest,
} from './requests.ts';
import { ScenarioCache } from './scenarios.ts';
import { SingleFlight, type SharedContext } from './single-flight.ts';
import { Stopwatch } from './stopwatch.ts';

interface EngineServices {
  readonly prices: PriceService;
  readonly models: ModelStore;
  readonly pool: Pool;
  /** Past decisions, cached so that none is made twice. */
  readonly decisions: Table<StoredDecisions>;
  /** The number of background threads. */
  readonly threads: number;
  readonly log: FaultLog;
}

/**
 * The engine on worker threads. Equal requests in flight share one computation. A caller's signal ends only its own
 * waiting; a computation is aborted when no caller waits for it. All methods throw UserError for errors that a person
 * can correct, and the signal's reason when aborted.
 */
export class Engine {
  readonly #services: EngineServices;
  readonly #models: ModelService;
  readonly #scenarios: ScenarioCache;
  readonly #allocating = new SingleFlight<AllocateAnswer>();
  readonly #tracing = new SingleFlight<FrontierAnswer>();
  readonly #backtesting = new SingleFlight<BacktestAnswer>();

  constructor(services: EngineServices) {
    this.#services = services;
    this.#scenarios = new ScenarioCache(services.pool);
    this.#models = new ModelService({ ...services, onReplaced: (identity) => this.#scenarios.drop(identity) });
  }

  allocate(request: AllocateRequest, options: TaskOptions = {}): Promise<AllocateAnswer> {
    return answerOnce(this.#allocating, request, options, (shared) => this.#allocate(request, shared));
  }

  /** Uses the same scenarios as `allocate`. */
  frontier(request: FrontierRequest, options: TaskOptions = {}): Promise<FrontierAnswer> {
    return answerOnce(this.#tracing, request, options, (shared) => this.#frontier(request, shared));
  }

  /** Decisions from earlier backtests are reused. */
  backtest(request: BacktestRequest, options: TaskOptions = {}): Promise<BacktestAnswer> {
    const { prices, pool, decisions: cache, threads, log } = this.#services;
    const services = { prices, models: this.#models, pool, cache, threads, log };
    return answerOnce(this.#backtesting, request, options, (shared) => runBacktest(services, request, shared));
  }

  /** Trains on the newest prices, and makes the result the live model. */
  async train(request: TrainRequest, options: TaskOptions = {}): Promise<Trained> {
    const { universe, strategy, seed } = request;
    const loaded = await loadAssets(this.#services.prices, request, { refresh: true, ...historyOptions(options) });
    const { name, ...saved } = await this.#models.train({ universe, loaded, strategy }, seed, options);
    return { ...saved, universe: name, prices: priceProvenance(loaded, historyUntil(loaded.prices)) };
  }

  /** As `train`, but the live model stays if it forecasts the newest days better. */
  async retrain(request: Omit<TrainRequest, 'seed'>, options: TaskOptions = {}): Promise<Retrained> {
    const { universe, strategy } = request;
    const loaded = await loadAssets(this.#services.prices, request, historyOptions(options));
    const { model, name, ...rest } = await this.#models.retrain({ universe, loaded, strategy }, options);
    const { trainedUntil } = model.manifest;
    return { ...rest, universe: name, trainedUntil, prices: priceProvenance(loaded, historyUntil(loaded.prices)) };
  }

  /** The scenarios that `allocate` would use. */
  async scenarios(
    request: ScenariosRequest,
    options: TaskOptions = {},
  ): Promise<{ tickers: readonly string[]; scenarios: Matrix; model: ModelProvenance; prices: PriceProvenance }> {
    const { loaded, history, model, samples } = await this.#prepare(request, options);
    const { tickers } = history.prices;
    const provenance = { model: modelProvenance(model), prices: priceProvenance(loaded, history) };
    return { tickers, scenarios: samples.scenarios, ...provenance };
  }

  /** How many tasks run, and how many wait. */
  queue(): Queue {
    return this.#services.pool.queue();
  }

  async #allocate(request: AllocateRequest, options: TaskOptions): Promise<AllocateAnswer> {
    const { strategy, mandate } = request;
    const stopwatch = new Stopwatch();
    const scenarios = { ...request, horizonDays: mandate.horizonDays };
    const { loaded, history, recent, model, samples, conversion } = await this.#prepare(scenarios, options, stopwatch);
    const [decision] = await this.#services.pool.run(
      'decide',
      { strategy: strategy.id, model, history: recent, mandates: [mandate], samples, wantsOutcomes: true },
      { signal: options.signal },
    );
    const allocation = allocationOf(decision);
    const decided = { allocation, history, samples, conversion };
    const holdings = await holdingsFor(request, decided, this.#services.pool, options);
    stopwatch.lap('optimize');
    return {
      request,
      universe: loaded.label,
      tickers: history.prices.tickers,
      allocation,
      ...(holdings && { holdings }),
      ...(conversion && { conversion }),
      model: modelProvenance(model),
      prices: priceProvenance(loaded, history),
      seconds: stopwatch.seconds(),
    };
  }

  async #frontier(request: FrontierRequest, options: TaskOptions): Promise<FrontierAnswer> {
    const { points, mandate } = request;
    const { horizonDays } = mandate;
    const stopwatch = new Stopwatch();
    const { loaded, history, model, samples } = await this.#prepare({ ...request, horizonDays }, options, stopwatch);
    const { tickers } = history.prices;
    const input = { scenarios: samples.scenarios, tickers, mandate, points };
    const frontier = await this.#services.pool.run('frontier', input, { signal: options.signal });
    stopwatch.lap('optimize');
    return {
      request,
      universe: loaded.label,
      tickers,
      frontier,
      model: modelProvenance(model),
      prices: priceProvenance(loaded, history),
      seconds: stopwatch.seconds(),
    };
  }

  /** From prices to scenarios. Impossible requests fail before a model is trained for them. */
  async #prepare(
    request: ScenariosRequest & Partial<Pick<AllocateRequest, 'mandate' | 'amount' | 'amountCurrency'>>,
    options: TaskOptions,
    stopwatch = new Stopwatch(),
  ) {
    const { universe, strategy: choice, sampling, horizonDays, mandate, asOf } = request;
    const strategy = findStrategy(choice.id);
    const loaded = await loadAssets(this.#services.prices, request, { ...historyOptions(options), until: asOf });
    const history = historyUntil(loaded.prices, asOf);
    const { tickers } = history.prices;
    checkNeeds(strategy, history.prices);
    checkSize(tickers.length, sampling.scenarios);
    if (mandate !== undefined) await assertFeasible(feasibleSet(mandate.constraints, tickers));
    const conversion = await conversionOf(request, history, this.#services.prices, options.signal);
    stopwatch.lap('prices');
    const subject = { universe, loaded, strategy: choice, isPast: asOf !== undefined };
    const model = await this.#models.find(subject, history, options);
    stopwatch.lap('model');
    const recent = strategy.recent(model, history);
    const draw = { strategy: strategy.id, model, history: recent, horizonDays, sampling };
    const samples = await this.#scenarios.draw(draw, options);
    stopwatch.lap('scenarios');
    return { loaded, history, recent, model, samples, conversion };
  }
}

/** One computation for all callers that ask the same at the same time. Each answer has its caller's own request. */
async function answerOnce<A extends { readonly request: { readonly settingsUsed?: SettingsUsed } }>(
  flights: SingleFlight<A>,
  request: A['request'],
  options: TaskOptions,
  compute: (shared: SharedContext) => Promise<A>,
): Promise<A> {
  // Only the words of an answer depend on what its caller left to the settings.
  const { settingsUsed: _, ...question } = request;
  const answer = await flights.run(canonicalJson(question), options, compute);
  return { ...answer, request };
}
