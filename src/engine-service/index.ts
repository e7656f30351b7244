import type { PriceService } from '../prices/service.ts';
import { universeLabel } from '../prices/universes.ts';
import { historyUntil } from '../engine/history.ts';
import { feasibleSet, weightBounds } from '../engine/constraints/index.ts';
import { assertFeasible } from '../engine/optimize/starting-weights.ts';
import { portfolioLosses } from '../engine/risk.ts';
import type { AllocateRequest, FrontierRequest } from './requests.ts';
import type { ModelStore } from '../store/models.ts';
import type { Table } from '../store/table.ts';
import type { Pool, TaskOptions } from '../workers/pool.ts';
import { conversionOf, holdingsFor } from './amount.ts';
import type { StoredChoices } from './backtest-kept.ts';
import type { BacktestLog } from './backtest-decisions.ts';
import { createBacktester } from './backtest.ts';
import { modelFacts, priceFacts } from './facts.ts';
import { createModelSource } from './models.ts';
import { asked, checkSize, keyOf } from './request.ts';
import { createScenarioSource } from './scenarios.ts';
import { createShare } from './sharing.ts';
import type { AllocateAnswer, BacktestAnswer, Engine, FrontierAnswer, Seconds } from './types.ts';

export type { Engine, Trained } from './types.ts';

type PrepareRequest = Pick<AllocateRequest, 'universe' | 'recipe' | 'asOf' | 'scenarios'> &
  Partial<Pick<AllocateRequest, 'minWeight' | 'maxWeight' | 'amount' | 'amountCurrency'>>;

interface Parts {
  readonly prices: PriceService;
  readonly models: ModelStore;
  readonly pool: Pool;
  /** Decisions of the past, kept so that none is made twice. */
  readonly decisions: Table<StoredChoices>;
  /** That the pool computes on for one who does not wait at a screen. */
  readonly threads: number;
  readonly log: BacktestLog;
}

export function createEngine({ prices, models, pool, decisions, threads, log }: Parts): Engine {
  const scenarioSource = createScenarioSource(pool);
  const modelSource = createModelSource({ models, pool, onReplaced: (hash) => scenarioSource.drop(hash) });
  const shareAllocation = createShare<AllocateAnswer>();
  const shareFrontier = createShare<FrontierAnswer>();
  const shareBacktest = createShare<BacktestAnswer>();
  const backtest = createBacktester({ prices, models: modelSource, pool, kept: decisions, threads, log });

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
    const feasible = feasibleSet(weightBounds({ minWeight, maxWeight }), history.prices.tickers);
    await assertFeasible(feasible);
    const conversion = await conversionOf(request, history, prices, options.signal);
    lap('prices');
    const artefact = await modelSource.find({ universe, loaded, recipe }, history, options);
    lap('model');
    return { loaded, history, artefact, conversion, feasible };
  }

  async function allocate(request: AllocateRequest, options: TaskOptions): Promise<AllocateAnswer> {
    const { lap, seconds } = stopwatch();
    const { loaded, history, artefact, conversion, feasible } = await prepare(request, options, lap);
    const { scenarios, fresh } = await scenarioSource.draw(artefact, history, request, options);
    lap('scenarios');
    const { alpha, lossLimit } = request;
    const problem = { scenarios, fresh, alpha, lossLimit, feasible };
    const allocation = await pool.run('allocate', problem, { signal: options.signal });
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
    const { loaded, history, artefact, feasible } = await prepare(request, options, lap);
    const { scenarios } = await scenarioSource.draw(artefact, history, request, options);
    lap('scenarios');
    const { alpha, points } = request;
    const problem = { scenarios, alpha, points, feasible };
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

    backtest: (request, options = {}) => shareBacktest(keyOf(request), options, (around) => backtest(request, around)),

    async train({ universe, recipe, seed, memory }, options = {}) {
      const loaded = await prices.history(universe, { refresh: true, ...asked(options) });
      const { artefact, name, ...saved } = await modelSource.train({ universe, loaded, recipe, memory }, seed, options);
      const facts = priceFacts(loaded, historyUntil(loaded.prices));
      return { ...saved, manifest: artefact.manifest, universe: name, prices: facts };
    },

    async retrain({ universe, recipe }, options = {}) {
      const loaded = await prices.history(universe, asked(options));
      const { artefact, name, ...told } = await modelSource.retrain({ universe, loaded, recipe }, options);
      const { trainedUntil } = artefact.manifest;
      return { ...told, universe: name, trainedUntil, prices: priceFacts(loaded, historyUntil(loaded.prices)) };
    },

    queue: () => pool.queue(),

    async scenarios(request, options = {}) {
      const { loaded, history, artefact } = await prepare(request, options);
      const { scenarios } = await scenarioSource.draw(artefact, history, request, options);
      const { tickers } = history.prices;
      return { tickers, scenarios, model: modelFacts(artefact), prices: priceFacts(loaded, history) };
    },
  };
}

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
