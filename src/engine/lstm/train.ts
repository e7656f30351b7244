import { UserError } from '../../errors.ts';
import type { History } from '../history.ts';
import { lastDays, pricesHash } from '../history.ts';
import { dailyReturns } from '../returns.ts';
import type { Matrix, OnProgress } from '../types.ts';
import type { Hyper, Memory, ModelArtefact, Recipe } from './artefact.ts';
import { hashWeights } from './artefact.ts';
import type { Backend } from './backend.ts';
import type { Block, Scaling } from './blocks.ts';
import { measureScaling, splitBlocks, standardise } from './blocks.ts';
import { fit, meanSquares } from './fit.ts';
import type { Run } from './fit.ts';
import { loadKernel } from './kernel/load.ts';
import { feedOf } from './memory.ts';
import { newModel } from './model.ts';
import { readNetwork } from './network.ts';
import { createTrainer } from './trainer.ts';

/** Returns older than these teach nothing. */
const MAX_RETURNS = 2500;

/** Of the calibrated recipe: docs/decisions/2026-11-21-carried-state.md. */
const DEFAULT_MEMORY: Memory = 'carried';

const COMMON = { lookBack: 60, units: 64, learningRate: 1e-3 };

const CALIBRATED: Readonly<Record<Memory, Hyper>> = {
  window: { ...COMMON, memory: 'window', batch: 64, patience: 10, maxEpochs: 100 },
  carried: { ...COMMON, memory: 'carried', batch: 4, patience: 10, maxEpochs: 100 },
};

/** "Generative LSTM + CVaR", section 3, names no stopping rule: 20 epochs and the last weights are our reading. */
const PLAIN: Hyper = { ...COMMON, memory: 'window', batch: 64, maxEpochs: 20 };

/** @throws UserError (option `memory`) when the recipe does not have that memory */
export const hyperOf = (recipe: Recipe, memory?: Memory): Hyper => {
  if (recipe === 'calibrated') return CALIBRATED[memory ?? DEFAULT_MEMORY];
  if (memory === 'carried') {
    throw new UserError(
      'The recipe plain has memory window; memory carried goes with the recipe calibrated.',
      'memory',
    );
  }
  return PLAIN;
};

export interface TrainOptions {
  readonly backend: Backend;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Milliseconds; only for the time left. */
  readonly now: () => number;
  /** Where it departs from `hyperOf(recipe, hyper.memory)`. */
  readonly hyper?: Partial<Hyper>;
  /** Of the same tickers and hyperparameters: its weights are what the training begins with, instead of random ones. */
  readonly start?: ModelArtefact | undefined;
  /** Told after each epoch; done and time left suppose that no better epoch comes. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @returns (R, n) what came minus what was predicted, in daily returns */
const rawResiduals = (returns: Matrix, { from, to }: Block, predictions: Float32Array, scaling: Scaling): Matrix => {
  const { cols } = returns;
  const data = returns.data.slice(from * cols, to * cols);
  predictions.forEach((z, i) => {
    data[i]! -= z * scaling.deviations[i % cols]! + scaling.means[i % cols]!;
  });
  return { rows: to - from, cols, data };
};

/** In whatever order the properties were written. */
const hyperText = (hyper: Hyper): string =>
  JSON.stringify(Object.entries(hyper).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Makes the weights those of `start`. @throws Error when the two are not the same network */
const beginWith = (weights: ArrayBuffer, start: ModelArtefact, tickers: readonly string[], hyper: Hyper): void => {
  const { manifest } = start;
  if (manifest.tickers.join() !== tickers.join() || hyperText(manifest.hyper) !== hyperText(hyper)) {
    throw new Error('A training can begin only with a model of the same tickers and hyperparameters.');
  }
  new Uint8Array(weights).set(new Uint8Array(start.weights));
};

/** Trains, and looks at the result on the calibration block. */
const fitAndJudge = async (run: Run, returns: Matrix, scaling: Scaling) => {
  const { calibration } = run.blocks;
  const losses = await fit(run);
  const predictions = feedOf(run.hyper).predictBlock(run.trainer, run, calibration);
  const squares = meanSquares(run, calibration, predictions);
  return {
    losses,
    skill: 1 - squares.model / squares.mean,
    residuals: rawResiduals(returns, calibration, predictions, scaling),
  };
};

/**
 * Trains the model on (at most the last 2,500 days of) a history ("Generative LSTM + CVaR", sections 2 to 4). The same
 * history, options and backend give the same artefact, to the bit.
 *
 * @throws the signal's reason when aborted; UserError when a price does not move, or the recipe does not
 * have the memory; Error when `start` is of another network
 */
export const train = async (history: History, options: TrainOptions): Promise<ModelArtefact> => {
  const { recipe, seed, now, onProgress, signal } = options;
  const { tf, backend } = options.backend;
  const hyper = { ...hyperOf(recipe, options.hyper?.memory), ...options.hyper };
  const prices = lastDays(history.prices, MAX_RETURNS + 1);
  const { tickers, dates } = prices;
  const returns = dailyReturns(prices);
  const blocks = splitBlocks(recipe, returns.rows);
  const scaling = measureScaling(returns, blocks.training, tickers);
  const series = { data: standardise(returns, scaling), cols: returns.cols };
  const parts = await newModel(tf, returns.cols, hyper, seed);
  if (options.start) beginWith(parts.weights, options.start, tickers, hyper);
  const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
  const weights = new Float32Array(parts.weights);
  const run: Run = { trainer, weights, series, blocks, hyper, now, onProgress, signal };
  const { losses, skill, residuals } = await fitAndJudge(run, returns, scaling);
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
};
