import { canonicalJson } from '../canonical-json.ts';
import { dailyReturns, type History, measuredDays, pricesHash } from '../history.ts';
import type { Matrix, OnProgress } from '../types.ts';
import type { Hyper, Memory, LstmModel, Recipe } from './lstm-model.ts';
import { hashWeights } from './lstm-model.ts';
import type { Backend } from './backend.ts';
import { batchingOf } from './batching.ts';
import { measureScaling, residualsOf, type Scaling, splitBlocks, standardise } from './blocks.ts';
import { imputeStale } from './impute.ts';
import { staleReturns } from '../quality/still-runs.ts';
import { fit, meanSquaredErrors, type TrainingRun } from './fit.ts';
import { loadKernel } from './kernel/load.ts';
import { newModel } from './tf-model.ts';
import { readNetwork } from './network.ts';
import { createTrainer } from './trainer.ts';

/** Of the recipe `filtered`; see docs/decisions/2026-11-21-carried-state.md. */
const DEFAULT_MEMORY: Memory = 'carried';

const COMMON = { lookBack: 60, units: 64, learningRate: 1e-3 };

const FILTERED: Readonly<Record<Memory, Hyper>> = {
  window: { ...COMMON, memory: 'window', batch: 64, patience: 10, maxEpochs: 100 },
  carried: { ...COMMON, memory: 'carried', batch: 12, patience: 10, maxEpochs: 100 },
};

/** "Generative LSTM + CVaR", section 3, states no stopping rule. 20 epochs and the last weights are our choice. */
const PLAIN: Hyper = { ...COMMON, memory: 'window', batch: 64, maxEpochs: 20 };

/** @throws Error when the recipe does not have that memory */
export function hyperOf(recipe: Recipe, memory?: Memory): Hyper {
  if (recipe === 'filtered') return FILTERED[memory ?? DEFAULT_MEMORY];
  if (memory === 'carried') {
    throw new Error('The recipe plain has memory window; memory carried goes with the recipe filtered.');
  }
  return PLAIN;
}

export interface TrainOptions {
  readonly backend: Backend;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Milliseconds; used only to estimate the time left. */
  readonly now: () => number;
  /** Overrides of `hyperOf(recipe, hyper.memory)`. */
  readonly hyper?: Partial<Hyper>;
  /** A model of the same tickers and hyperparameters, whose weights replace the random initial ones. */
  readonly start?: LstmModel | undefined;
  /** Called after each epoch. `done` and `secondsLeft` assume that no better epoch follows. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Overwrites the weights by those of `start`. @throws Error when the two are not the same network */
function copyWeights(weights: ArrayBuffer, start: LstmModel, tickers: readonly string[], hyper: Hyper): void {
  const { manifest } = start;
  if (manifest.tickers.join() !== tickers.join() || canonicalJson(manifest.hyper) !== canonicalJson(hyper)) {
    throw new Error('A training can begin only with a model of the same tickers and hyperparameters.');
  }
  new Uint8Array(weights).set(new Uint8Array(start.weights));
}

/** Trains, and evaluates the result on the calibration block. */
async function fitAndEvaluate(run: TrainingRun, returns: Matrix, scaling: Scaling) {
  const { calibration } = run.blocks;
  const losses = await fit(run);
  const predictions = batchingOf(run.hyper).predictBlock(run.trainer, run, calibration);
  const errors = meanSquaredErrors(run, calibration, predictions, run.stale);
  const residuals = residualsOf(returns, calibration, predictions, scaling);
  const { stale, series } = run;
  return {
    losses,
    skill: 1 - errors.model / errors.mean,
    residuals: stale ? imputeStale({ residuals, block: calibration, series, scaling, stale }) : residuals,
  };
}

/**
 * Trains a model on a history, of which at most the last 2,500 returns are used ("Generative LSTM + CVaR", sections 2
 * to 4). The same history, options and backend give the same model, to the bit.
 *
 * @throws the signal's reason when aborted
 * @throws UserError when a price does not move
 * @throws Error when `start` is another network, or the recipe does not have the memory
 */
export async function train(history: History, options: TrainOptions): Promise<LstmModel> {
  const { recipe, seed, now, onProgress, signal } = options;
  const { tf, backend } = options.backend;
  const hyper = { ...hyperOf(recipe, options.hyper?.memory), ...options.hyper };
  const prices = measuredDays(history.prices);
  const { tickers, dates } = prices;
  const returns = dailyReturns(prices);
  const blocks = splitBlocks(recipe, returns.rows);
  const stale = staleReturns(prices);
  const scaling = measureScaling(returns, blocks.training, tickers, stale);
  const series = { data: standardise(returns, scaling), cols: returns.cols };
  // The network learns to expect the mean of a stale day.
  stale?.forEach((mark, at) => {
    if (mark === 1) series.data[at] = 0;
  });
  const parts = await newModel(tf, returns.cols, hyper, seed);
  if (options.start) copyWeights(parts.weights, options.start, tickers, hyper);
  const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
  const weights = new Float32Array(parts.weights);
  const run: TrainingRun = { trainer, weights, series, blocks, stale, hyper, now, onProgress, signal };
  const { losses, skill, residuals } = await fitAndEvaluate(run, returns, scaling);
  const span = {
    trainedFrom: dates[0]!,
    trainedUntil: history.until,
    days: dates.length,
    pricesHash: pricesHash(prices),
  };
  const weightsHash = hashWeights(parts.weights);
  return {
    manifest: { format: 1, tickers, recipe, seed, ...span, hyper, ...scaling, losses, skill, weightsHash, backend },
    ...parts,
    residuals,
  };
}
