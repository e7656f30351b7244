import { scaleAboutMean } from '../engine/samples.ts';
import type { Past } from '../engine/record/past.ts';
import type { PriceService } from '../prices/service.ts';
import type { ModelStore } from '../store/models.ts';
import type { Table } from '../store/table.ts';
import type { Queue, TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import {
  type AllocateAnswer,
  type BacktestAnswer,
  type FrontierAnswer,
  type Retrained,
  type Trained,
  allocationOf,
  explanationOf,
  modelProvenance,
  priceProvenance,
  type ScenariosAnswer,
} from './answers.ts';
import { type AskedStrategy, AskedStrategies } from './asked-strategies.ts';
import { loadAssets, loadPast, withoutIndices } from './assets.ts';
import type { FaultLog } from './backtest-decisions.ts';
import { runBacktest } from './backtest.ts';
import { type CompareAnswer, runCompare } from './compare.ts';
import type { StoredDecisions } from './decision-cache.ts';
import { holdingsFor } from './holdings.ts';
import { ModelService, type OnUnsaved } from './models.ts';
import {
  historyOptions,
  type AllocateRequest,
  type BacktestRequest,
  type CompareRequest,
  type FrontierRequest,
  type RiskRequest,
  type ScenariosRequest,
  type TrainRequest,
} from './requests.ts';
import { prepare, type Prepared, type PrepareRequest } from './prepare.ts';
import { type RecordAnswer, type RecordQuestion, type RecordRequest, runRecord } from './record.ts';
import type { StoredRecord } from './record-table.ts';
import { Records } from './records.ts';
import { lookAtWeights, type RiskAnswer } from './risk.ts';
import { ScenarioCache } from './scenarios.ts';
import { answerOnce, type PastOptions, SingleFlight } from './single-flight.ts';
import { isStanding, type RecordSubject, standingLimits } from './standing-record.ts';
import { Stopwatch } from './stopwatch.ts';
import { retrainModel, trainModel } from './train.ts';
import { mandateFor } from './trades.ts';
import { type BacktestServices, backtestServices } from './walk.ts';

interface EngineServices {
  readonly prices: PriceService;
  readonly models: ModelStore;
  readonly pool: Pool;
  /** Past decisions, cached so that none is made twice. */
  readonly decisions: Table<StoredDecisions>;
  readonly records: Table<StoredRecord>;
  /** The number of background threads. */
  readonly threads: number;
  readonly log: FaultLog;
  /** Called when a new model could not be saved: it answers all the same; absent: nobody is told. */
  readonly onUnsaved?: OnUnsaved;
  /** Which strategies people ask about; absent: nothing is remembered. */
  readonly asked?: Table<AskedStrategy>;
}

/**
 * The engine on worker threads. Equal requests in flight share one computation. A caller's signal ends only its own
 * waiting; a computation is aborted when no caller waits for it. All methods throw UserError for errors that a person
 * can correct, and the signal's reason when aborted.
 */
export class Engine {
  readonly #services: EngineServices;
  readonly #past: BacktestServices;
  readonly #models: ModelService;
  readonly #scenarios: ScenarioCache;
  readonly #records: Records;
  readonly #asked: AskedStrategies;
  readonly #allocating = new SingleFlight<AllocateAnswer>();
  readonly #tracing = new SingleFlight<FrontierAnswer>();
  readonly #backtesting = new SingleFlight<BacktestAnswer>();
  readonly #comparing = new SingleFlight<CompareAnswer>();
  readonly #recording = new SingleFlight<RecordAnswer>();

  constructor(services: EngineServices) {
    this.#services = services;
    this.#scenarios = new ScenarioCache(services.pool);
    this.#records = new Records(services.records, services.log);
    this.#asked = new AskedStrategies(services.asked, services.log);
    this.#models = new ModelService({ ...services, onReplaced: (identity) => this.#scenarios.drop(identity) });
    this.#past = backtestServices({ ...services, models: this.#models, cache: services.decisions });
  }

  allocate(request: AllocateRequest, options: TaskOptions = {}): Promise<AllocateAnswer> {
    return answerOnce(this.#allocating, request, options, (shared) => this.#allocate(request, shared));
  }

  /** Uses the same scenarios as `allocate`. */
  frontier(request: FrontierRequest, options: TaskOptions = {}): Promise<FrontierAnswer> {
    return answerOnce(this.#tracing, request, options, (shared) => this.#frontier(request, shared));
  }

  /** Decisions from earlier backtests are reused. */
  backtest(request: BacktestRequest, options: PastOptions = {}): Promise<BacktestAnswer> {
    return answerOnce(this.#backtesting, request, options, (shared) => runBacktest(this.#past, request, shared));
  }

  /** Each strategy is walked as by `backtest`, over the same dates. */
  compare(request: CompareRequest, options: PastOptions = {}): Promise<CompareAnswer> {
    return answerOnce(this.#comparing, request, options, (shared) => runCompare(this.#past, request, shared));
  }

  /** What past decisions came to. Those that were made before are reused: at night, for the standing record, too. */
  async record(question: RecordQuestion, options: PastOptions = {}): Promise<RecordAnswer> {
    const subject = await loadPast(this.#services.prices, question.universe, options);
    const request = { ...question, limits: question.limits ?? standingLimits(subject.loaded.prices) };
    if (!isStanding(request, subject)) return this.#record(request, options);
    const answer = await this.#records.answer(request, subject, (standing) => this.#record(standing, options));
    return { ...answer, request };
  }

  /** Makes the universe's standing record for a class of horizons, or what it lacks. @returns whether it was not whole */
  async keepRecord(request: RecordSubject, options: PastOptions = {}): Promise<boolean> {
    const loaded = await loadAssets(this.#services.prices, request, historyOptions(options));
    const subject = { universe: request.universe, loaded };
    return this.#records.keep(request, subject, (standing) => this.#record(standing, options));
  }

  /** What the universe's record says of an answer, as `AllocateAnswer.past`. */
  async past(request: AllocateRequest, options: TaskOptions = {}): Promise<Past | undefined> {
    const loaded = await loadAssets(this.#services.prices, request, historyOptions(options));
    return this.#records.past(request, { universe: request.universe, loaded });
  }

  /** Trains on the newest prices, and makes the result the live model. */
  train(request: TrainRequest, options: TaskOptions = {}): Promise<Trained> {
    return trainModel({ ...this.#services, models: this.#models }, request, options);
  }

  /** As `train`, but the live model stays if it forecasts the newest days better. */
  retrain(request: Omit<TrainRequest, 'seed'>, options: TaskOptions = {}): Promise<Retrained> {
    return retrainModel({ ...this.#services, models: this.#models }, request, options);
  }

  /** Strategies beside the default one that people have asked about lately for a universe, one for each recipe. */
  async askedStrategies(request: Omit<TrainRequest, 'seed' | 'strategy'>, options: TaskOptions = {}) {
    const loaded = await loadAssets(this.#services.prices, request, historyOptions(options));
    return this.#asked.of({ universe: request.universe, loaded });
  }

  /** The scenarios that `allocate` would use. */
  async scenarios(request: ScenariosRequest, options: TaskOptions = {}): Promise<ScenariosAnswer> {
    const { loaded, history, model, drawn } = await this.#prepare(request, options);
    const { tickers } = history.prices;
    const provenance = { model: modelProvenance(model, drawn), prices: priceProvenance(loaded, history) };
    return { tickers, scenarios: scaleAboutMean(drawn.samples.scenarios, drawn.kappa), ...provenance };
  }

  /** What weights that are given risk, on the scenarios of `allocate`. */
  async risk(request: RiskRequest, options: TaskOptions = {}): Promise<RiskAnswer> {
    const stopwatch = new Stopwatch();
    const prepared = await this.#prepare({ ...request, horizonDays: request.mandate.horizonDays }, options, stopwatch);
    return lookAtWeights(request, prepared, { ...options, pool: this.#services.pool, stopwatch });
  }

  /** How many tasks run, and how many wait. */
  queue(): Queue {
    return this.#services.pool.queue();
  }

  #record(request: RecordRequest, options: PastOptions): Promise<RecordAnswer> {
    return answerOnce(this.#recording, request, options, (shared) => runRecord(this.#past, request, shared));
  }

  async #allocate(request: AllocateRequest, options: TaskOptions): Promise<AllocateAnswer> {
    const stopwatch = new Stopwatch();
    const scenarios = { ...request, horizonDays: request.mandate.horizonDays };
    const { loaded, history, model, drawn, money } = await this.#prepare(scenarios, options, stopwatch);
    const { tickers } = history.prices;
    const mandate = mandateFor(request.mandate, money.account, history.prices);
    const decided = await this.#services.pool.run(
      'decide',
      {
        mandates: [mandate],
        drawn,
        knownMinimum: this.#scenarios.knownMinimum(drawn, mandate),
        wantsOutcomes: true,
        explains: true,
      },
      { signal: options.signal },
    );
    const allocation = allocationOf(decided.decisions[0]);
    this.#scenarios.keepMinimum(drawn, mandate, allocation);
    const bought = await holdingsFor(
      { ...request, mandate },
      { allocation, history, drawn, ...money },
      this.#services.pool,
      options,
    );
    stopwatch.lap('optimize');
    const past = await this.#records.past(request, withoutIndices({ universe: request.universe, loaded }));
    return {
      request,
      universe: loaded.label,
      tickers,
      allocation,
      equalWeight: decided.equalWeight,
      ...(decided.behind !== undefined && { behind: decided.behind }),
      ...bought,
      ...(money.conversion && { conversion: money.conversion }),
      ...(past && { past }),
      ...explanationOf(decided.explanation, this.#services.log),
      model: modelProvenance(model, drawn),
      prices: priceProvenance(loaded, history),
      seconds: stopwatch.seconds(),
    };
  }

  async #frontier(request: FrontierRequest, options: TaskOptions): Promise<FrontierAnswer> {
    const { points } = request;
    const { horizonDays } = request.mandate;
    const stopwatch = new Stopwatch();
    const prepared = await this.#prepare({ ...request, horizonDays }, options, stopwatch);
    const { loaded, history, model, drawn } = prepared;
    const { account } = prepared.money;
    const { tickers } = history.prices;
    const input = { drawn, tickers, mandate: mandateFor(request.mandate, account, history.prices), points };
    const frontier = await this.#services.pool.run('frontier', input, { signal: options.signal });
    stopwatch.lap('optimize');
    const past = await this.#records.past(request, withoutIndices({ universe: request.universe, loaded }));
    return {
      request,
      universe: loaded.label,
      tickers,
      frontier,
      ...(account && { account }),
      ...(past && { past }),
      model: modelProvenance(model, drawn),
      prices: priceProvenance(loaded, history),
      seconds: stopwatch.seconds(),
    };
  }

  #prepare(request: PrepareRequest, options: TaskOptions, stopwatch = new Stopwatch()): Promise<Prepared> {
    const [services, models, scenarios, records] = [this.#services, this.#models, this.#scenarios, this.#records];
    return prepare({ ...services, models, scenarios, records, asked: this.#asked }, request, options, stopwatch);
  }
}
