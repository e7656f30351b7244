import type { HistoryOptions, PriceService } from '../data/service.ts';
import { universeLabel } from '../data/universes.ts';
import { historyUntil, type History } from '../engine/history.ts';
import type { ModelArtefact } from '../engine/lstm/artefact.ts';
import { checkBounds } from '../engine/optimize/bounds.ts';
import { portfolioLosses } from '../engine/risk.ts';
import type { LoadedPrices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import type { AllocateRequest, FrontierRequest } from '../requests.ts';
import type { ModelStore } from '../store/models.ts';
import type { Pool, TaskOptions } from '../workers/pool.ts';
import { conversionOf, holdingsFor } from './amount.ts';
import { createModelSource } from './models.ts';
import { createScenarioSource } from './scenarios.ts';
import { createShare } from './sharing.ts';
import type { AllocateAnswer, Engine, FrontierAnswer, ModelFacts, PriceFacts, Seconds } from './types.ts';

export type { AllocateAnswer, Engine, FrontierAnswer, Trained } from './types.ts';

type PrepareRequest = Pick<AllocateRequest, 'universe' | 'recipe' | 'asOf' | 'scenarios'> &
  Partial<Pick<AllocateRequest, 'minWeight' | 'maxWeight' | 'amount' | 'amountCurrency'>>;

interface Parts {
  readonly prices: PriceService;
  readonly models: ModelStore;
  readonly pool: Pool;
}

export function createEngine({ prices, models, pool }: Parts): Engine {
  const scenarioSource = createScenarioSource(pool);
  const modelSource = createModelSource({ models, pool, onReplaced: (hash) => scenarioSource.drop(hash) });
  const shareAllocation = createShare<AllocateAnswer>();
  const shareFrontier = createShare<FrontierAnswer>();

  async function prepare(
    request: PrepareRequest,
    options: TaskOptions,
    lap: (stage: keyof Seconds) => void = () => {},
  ) {
    const { universe, recipe, asOf, scenarios, minWeight = 0, maxWeight = 1 } = request;
    const loaded = await prices.history(universe, asked(options));
    const history = historyUntil(loaded.prices, asOf);
    // What cannot be answered is refused before a model is trained for it.
    const { length: assets } = history.prices.tickers;
    checkSize(assets, scenarios);
    checkBounds(assets, { minWeight, maxWeight });
    const conversion = await conversionOf(request, history, prices, options.signal);
    lap('prices');
    const artefact = await modelSource.find({ universe, loaded, recipe }, history, options);
    lap('model');
    return { loaded, history, artefact, conversion };
  }

  async function allocate(request: AllocateRequest, options: TaskOptions): Promise<AllocateAnswer> {
    const { lap, seconds } = stopwatch();
    const { loaded, history, artefact, conversion } = await prepare(request, options, lap);
    const { scenarios, fresh } = await scenarioSource.draw(artefact, history, request, options);
    lap('scenarios');
    const limit = { lossLimit: request.lossLimit, alpha: request.alpha };
    const bounds = { minWeight: request.minWeight, maxWeight: request.maxWeight };
    const allocation = await pool.run('allocate', { scenarios, fresh, limit, bounds }, { signal: options.signal });
    lap('optimize');
    return {
      request,
      universe: universeLabel(request.universe),
      tickers: history.prices.tickers,
      allocation,
      outcomes: (portfolio) => portfolioLosses(scenarios, portfolio.weights).map((loss) => -loss),
      holdings: (portfolio) => holdingsFor(portfolio.weights, request.amount, history, conversion),
      currency: conversion?.kind === 'converted' ? conversion.from : history.prices.currencies?.[0],
      ...(conversion && { conversion }),
      model: modelFacts(artefact),
      prices: priceFacts(loaded, history),
      seconds: seconds(),
    };
  }

  async function frontier(request: FrontierRequest, options: TaskOptions): Promise<FrontierAnswer> {
    const { lap, seconds } = stopwatch();
    const { loaded, history, artefact } = await prepare(request, options, lap);
    const { scenarios } = await scenarioSource.draw(artefact, history, request, options);
    lap('scenarios');
    const { alpha, points, minWeight, maxWeight } = request;
    const problem = { scenarios, alpha, points, bounds: { minWeight, maxWeight } };
    const found = await pool.run('frontier', problem, { signal: options.signal });
    lap('optimize');
    return {
      request,
      universe: universeLabel(request.universe),
      tickers: history.prices.tickers,
      frontier: found,
      model: modelFacts(artefact),
      prices: priceFacts(loaded, history),
      seconds: seconds(),
    };
  }

  return {
    allocate: (request, options = {}) =>
      shareAllocation(keyOf(request), options, (around) => allocate(request, around)),

    frontier: (request, options = {}) => shareFrontier(keyOf(request), options, (around) => frontier(request, around)),

    async train({ universe, recipe, seed, memory }, options = {}) {
      const loaded = await prices.history(universe, { refresh: true, ...asked(options) });
      const { artefact, name, ...saved } = await modelSource.train({ universe, loaded, recipe, memory }, seed, options);
      const facts = priceFacts(loaded, historyUntil(loaded.prices));
      return { ...saved, manifest: artefact.manifest, universe: name, prices: facts };
    },

    async scenarios(request, options = {}) {
      const { loaded, history, artefact } = await prepare(request, options);
      const { scenarios } = await scenarioSource.draw(artefact, history, request, options);
      const { tickers } = history.prices;
      return { tickers, scenarios, model: modelFacts(artefact), prices: priceFacts(loaded, history) };
    },
  };
}

/** 800 MB of scenarios; with the second sample, and copies on their way to shared memory, three times as much. */
const MOST_NUMBERS = 100_000_000;

/** @throws UserError when the scenarios would not fit into memory */
function checkSize(assets: number, scenarios: number): void {
  if (assets * scenarios <= MOST_NUMBERS) return;
  const most = Math.floor(MOST_NUMBERS / assets).toLocaleString('en-GB');
  throw new UserError(`With ${assets} assets at most ${most} scenarios can be drawn; got ${scenarios}.`, 'scenarios');
}

const asked = ({ signal, onProgress }: TaskOptions): HistoryOptions => ({
  ...(signal && { signal }),
  ...(onProgress && { onProgress }),
});

/** Equal requests have equal keys, in whatever order their properties were written. */
const keyOf = (request: AllocateRequest | FrontierRequest): string =>
  JSON.stringify(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1)));

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
