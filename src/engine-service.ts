import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PriceService } from './data/service.ts';
import { universeLabel, type UniverseSpec } from './data/universes.ts';
import { wholeShares, type Allocation, type Holdings, type RepricedPortfolio } from './engine/allocate.ts';
import { historyUntil, pricesHash, type History } from './engine/history.ts';
import type { ModelArtefact, ModelManifest } from './engine/lstm/artefact.ts';
import type { Frontier } from './engine/optimize/frontier.ts';
import { portfolioLosses } from './engine/risk.ts';
import type { Bounds, LoadedPrices, Matrix, OnProgress, Recipe, RiskLimit, Solution } from './engine/types.ts';
import type { AllocateRequest, FrontierRequest } from './requests.ts';
import type { ModelStore } from './store/models.ts';
import { DEFAULTS } from './text/parse.ts';
import type { Pool, TaskOptions } from './workers/pool.ts';

/** Scenarios are the slow half of an answer; another limit or alpha needs only the optimiser. */
const CACHED_SCENARIO_BYTES = 256 * 2 ** 20;

export interface ModelFacts {
  readonly trainedUntil: string;
  /** 1 − MSE of the model / MSE of predicting the training mean, on days it was not fitted to. */
  readonly skill: number;
  readonly recipe: Recipe;
}

export interface PriceFacts {
  readonly source: string;
  readonly from: string;
  readonly until: string;
  readonly stale: boolean;
  readonly notes: readonly string[];
}

export interface Seconds {
  readonly prices: number;
  readonly model: number;
  readonly scenarios: number;
  readonly optimize: number;
  readonly total: number;
}

/** An answer with everything that it must be able to say about itself. */
export interface AllocateAnswer {
  readonly request: AllocateRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly allocation: Allocation;
  /** The H-day return of a portfolio in each scenario (M). */
  readonly outcomes: (portfolio: RepricedPortfolio) => Float64Array;
  /** Whole shares for `amount`; absent without one. */
  readonly holdings: (portfolio: RepricedPortfolio) => Holdings | undefined;
  readonly currency: string | undefined;
  readonly model: ModelFacts;
  readonly prices: PriceFacts;
  readonly seconds: Seconds;
}

/** What an allocation can be at any limit. */
export interface FrontierAnswer {
  readonly request: FrontierRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly frontier: Frontier;
  readonly model: ModelFacts;
  readonly prices: PriceFacts;
  readonly seconds: Seconds;
}

export interface Trained {
  readonly manifest: ModelManifest;
  readonly universe: string;
  readonly version: string;
  /** True when the very same model was there already. */
  readonly unchanged: boolean;
  readonly prices: PriceFacts;
}

export interface TrainRequest {
  readonly universe: UniverseSpec;
  readonly recipe: Recipe;
  readonly seed: number;
}

export interface Engine {
  /** @throws UserError for what a member can mend; the signal's reason when aborted */
  allocate(request: AllocateRequest, options?: TaskOptions): Promise<AllocateAnswer>;
  /** On the very scenarios that `allocate` optimises over. Errors as there. */
  frontier(request: FrontierRequest, options?: TaskOptions): Promise<FrontierAnswer>;
  /** Trains on the newest prices and makes the result the live model. */
  train(request: TrainRequest, options?: TaskOptions): Promise<Trained>;
  /** The scenarios that `allocate` would optimise over: C (M, n). */
  scenarios(
    request: Pick<AllocateRequest, 'universe' | 'horizonDays' | 'scenarios' | 'seed' | 'recipe' | 'asOf'>,
    options?: TaskOptions,
  ): Promise<{ tickers: readonly string[]; scenarios: Matrix; model: ModelFacts; prices: PriceFacts }>;
  /** The optimiser on anybody's scenarios. */
  solve(problem: { scenarios: Matrix; limit: RiskLimit; bounds: Bounds }, options?: TaskOptions): Promise<Solution>;
}

interface Parts {
  readonly prices: PriceService;
  readonly models: ModelStore;
  readonly pool: Pool;
}

interface Samples {
  readonly scenarios: Matrix;
  readonly fresh: Matrix;
}

type DrawRequest = Pick<AllocateRequest, 'horizonDays' | 'scenarios' | 'seed'>;

export function createEngine({ prices, models, pool }: Parts): Engine {
  const cache = new LRUCache<string, Samples>({
    maxSize: CACHED_SCENARIO_BYTES,
    sizeCalculation: ({ scenarios, fresh }) => scenarios.data.byteLength + fresh.data.byteLength,
  });
  // Shared work does not end with the request that began it: others may be waiting for it.
  const trainings = new Map<string, Promise<ModelArtefact>>();
  const draws = new Map<string, Promise<Samples>>();

  async function modelFor(
    universe: UniverseSpec,
    loaded: LoadedPrices,
    history: History,
    recipe: Recipe,
    onProgress?: OnProgress,
  ): Promise<ModelArtefact> {
    const name = modelName(universe, loaded);
    const live = await models.load(name, recipe);
    const isUsable = live !== undefined && fits(live.manifest, universe, loaded);
    if (isUsable && live.manifest.trainedUntil <= history.until) return live;
    const isNewest = history.until === loaded.prices.dates.at(-1);
    return shared(trainings, `${name}/${recipe}@${history.until}`, async () => {
      const input = { prices: history.prices, until: history.until, recipe, seed: DEFAULTS.seed };
      const artefact = await pool.run('train', input, { onProgress });
      // A model of a past day answers this request alone: the live one is never replaced by it.
      if (isNewest) await models.save(name, recipe, artefact);
      return artefact;
    });
  }

  async function draw(
    artefact: ModelArtefact,
    history: History,
    { horizonDays, scenarios, seed }: DrawRequest,
    onProgress?: OnProgress,
  ): Promise<Samples> {
    const key = [artefact.manifest.weightsHash, pricesHash(history.prices), horizonDays, scenarios, seed].join('/');
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    return shared(draws, key, async () => {
      const input = { artefact, prices: history.prices, until: history.until, horizon: horizonDays };
      const [main, fresh] = await Promise.all([
        pool.run('draw', { ...input, scenarios, seed: 2 * seed }, { onProgress }),
        pool.run('draw', { ...input, scenarios: Math.ceil(scenarios / 2), seed: 2 * seed + 1 }),
      ]);
      const samples = { scenarios: main, fresh };
      cache.set(key, samples);
      return samples;
    });
  }

  async function prepare(
    { universe, recipe, asOf }: Pick<AllocateRequest, 'universe' | 'recipe' | 'asOf'>,
    { onProgress, signal }: TaskOptions,
    lap: (stage: keyof Seconds) => void = () => {},
  ) {
    const loaded = await prices.history(universe, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
    const history = historyUntil(loaded.prices, asOf);
    lap('prices');
    const artefact = await modelFor(universe, loaded, history, recipe, onProgress);
    lap('model');
    return { loaded, history, artefact };
  }

  return {
    async allocate(request, options = {}) {
      const { lap, seconds } = stopwatch();
      const { loaded, history, artefact } = await prepare(request, options, lap);
      const { scenarios, fresh } = await draw(artefact, history, request, options.onProgress);
      lap('scenarios');
      const limit = { lossLimit: request.lossLimit, alpha: request.alpha };
      const bounds = { minWeight: request.minWeight, maxWeight: request.maxWeight };
      const allocation = await pool.run('allocate', { scenarios, fresh, limit, bounds }, { signal: options.signal });
      lap('optimize');
      const lastCloses = history.prices.closes.at(-1) ?? [];
      return {
        request,
        universe: universeLabel(request.universe),
        tickers: history.prices.tickers,
        allocation,
        outcomes: (portfolio) => portfolioLosses(scenarios, portfolio.weights).map((loss) => -loss),
        holdings: (portfolio) =>
          request.amount === undefined ? undefined : wholeShares(portfolio.weights, request.amount, lastCloses),
        currency: history.prices.currencies?.[0],
        model: modelFacts(artefact),
        prices: priceFacts(loaded, history),
        seconds: seconds(),
      };
    },

    async frontier(request, options = {}) {
      const { lap, seconds } = stopwatch();
      const { loaded, history, artefact } = await prepare(request, options, lap);
      const { scenarios } = await draw(artefact, history, request, options.onProgress);
      lap('scenarios');
      const { alpha, points, minWeight, maxWeight } = request;
      const problem = { scenarios, alpha, points, bounds: { minWeight, maxWeight } };
      const frontier = await pool.run('frontier', problem, { signal: options.signal });
      lap('optimize');
      return {
        request,
        universe: universeLabel(request.universe),
        tickers: history.prices.tickers,
        frontier,
        model: modelFacts(artefact),
        prices: priceFacts(loaded, history),
        seconds: seconds(),
      };
    },

    async train({ universe, recipe, seed }, { onProgress, signal } = {}) {
      const loaded = await prices.history(universe, { refresh: true, ...(signal && { signal }) });
      const history = historyUntil(loaded.prices);
      const input = { prices: history.prices, until: history.until, recipe, seed };
      const artefact = await pool.run('train', input, { onProgress, signal });
      const name = modelName(universe, loaded);
      const saved = await models.save(name, recipe, artefact);
      return { ...saved, manifest: artefact.manifest, universe: name, prices: priceFacts(loaded, history) };
    },

    async scenarios(request, options = {}) {
      const { loaded, history, artefact } = await prepare(request, options);
      const { scenarios } = await draw(artefact, history, request, options.onProgress);
      const { tickers } = history.prices;
      return { tickers, scenarios, model: modelFacts(artefact), prices: priceFacts(loaded, history) };
    },

    solve: (problem, { signal } = {}) => pool.run('solve', problem, { signal }),
  };
}

/** One computation for all who ask for the same while it runs. */
function shared<T>(running: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const begun = running.get(key);
  if (begun !== undefined) return begun;
  const promise = work().finally(() => running.delete(key));
  running.set(key, promise);
  return promise;
}

/**
 * The name under which a universe's model is kept. A file is known by its tickers and its first
 * prices, so that it keeps its model when days are added to it.
 */
function modelName(universe: UniverseSpec, { prices }: LoadedPrices): string {
  if (universe.kind === 'named') return universe.name;
  const identity = [prices.tickers, ...(universe.kind === 'csv' ? [prices.dates[0], prices.closes[0]] : [])];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
  return `${universe.kind}-${hash}`;
}

/**
 * Whether a stored model speaks for these prices. A vendor's adjusted closes move with every
 * dividend, so there the tickers decide; a file's must be the very prices it was trained on.
 */
function fits(manifest: ModelManifest, universe: UniverseSpec, { prices }: LoadedPrices): boolean {
  if (manifest.tickers.join() !== prices.tickers.join()) return false;
  if (universe.kind === 'tickers' || (universe.kind === 'named' && universe.name !== 'sample')) return true;
  if (!prices.dates.includes(manifest.trainedUntil)) return false;
  return manifest.pricesHash === pricesHash(prices, { until: manifest.trainedUntil, days: manifest.days });
}

const modelFacts = ({ manifest: { trainedUntil, skill, recipe } }: ModelArtefact): ModelFacts => ({
  trainedUntil,
  skill,
  recipe,
});

const priceFacts = ({ source, stale, notes }: LoadedPrices, { prices, until }: History): PriceFacts => ({
  source,
  from: prices.dates[0] ?? until,
  until,
  stale,
  notes,
});

function stopwatch() {
  const started = performance.now();
  let last = started;
  const laps = { prices: 0, model: 0, scenarios: 0, optimize: 0, total: 0 };
  const lap = (stage: keyof Seconds) => {
    const now = performance.now();
    laps[stage] = (now - last) / 1000;
    last = now;
  };
  const seconds = (): Seconds => ({ ...laps, total: (performance.now() - started) / 1000 });
  return { lap, seconds };
}
