import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import type { History } from '../history.ts';
import { lastDays, pricesHash } from '../history.ts';
import { dailyReturns } from '../returns.ts';
import type { Matrix, OnProgress, Recipe } from '../types.ts';
import type { Hyper, ModelArtefact, ModelManifest } from './artefact.ts';
import { hashWeights } from './artefact.ts';
import type { Backend, Tf } from './backend.ts';
import type { Block, Blocks, Scaling } from './blocks.ts';
import { measureScaling, splitBlocks, standardise } from './blocks.ts';
import { buildModel, exportModel, predict, windowsBefore } from './model.ts';

/** Returns older than this teach nothing. */
const MAX_RETURNS = 2500;

const COMMON = { lookBack: 60, units: 64, batch: 64, learningRate: 1e-3 };

/** The first seed's text names no stopping rule; its peer trains 20 epochs and keeps the last weights. */
export const HYPER: Readonly<Record<Recipe, Hyper>> = {
  calibrated: { ...COMMON, patience: 10, maxEpochs: 100 },
  seed: { ...COMMON, maxEpochs: 20 },
};

/** Windows predicted at once: enough to be quick, few enough to be small. */
const PREDICTION_BATCH = 256;

export interface TrainOptions {
  readonly backend: Backend;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Milliseconds; only for the time left. */
  readonly now: () => number;
  /** Where it departs from HYPER[recipe]. */
  readonly hyper?: Partial<Hyper>;
  /** Told after each epoch; done and time left suppose that no better epoch comes. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** One training under way. */
interface Run {
  readonly tf: Tf;
  readonly model: LayersModel;
  /** (T, n) standardised returns. */
  readonly series: Tensor2D;
  /** The same numbers. */
  readonly standard: Float32Array;
  readonly blocks: Blocks;
  readonly hyper: Hyper;
  readonly options: TrainOptions;
}

/** @returns (to − from, n) standardised predictions of the block's days */
const predictBlock = (run: Run, { from, to }: Block): Float32Array => {
  const { tf, model, series, hyper } = run;
  const cols = series.shape[1];
  const predictions = new Float32Array((to - from) * cols);
  for (let start = from; start < to; start += PREDICTION_BATCH) {
    const end = Math.min(to, start + PREDICTION_BATCH);
    const batch = tf.tidy(() => predict(model, windowsBefore(tf, series, start, end, hyper.lookBack)));
    predictions.set(batch.dataSync(), (start - from) * cols);
    batch.dispose();
  }
  return predictions;
};

/** Mean squares over a block, in standardised returns: of the model's errors, and of the mean's. */
const meanSquares = (run: Run, { from, to }: Block, predictions: Float32Array): { model: number; mean: number } => {
  const cols = run.series.shape[1];
  const actual = run.standard.subarray(from * cols, to * cols);
  let [model, mean] = [0, 0];
  actual.forEach((z, i) => {
    model += (z - predictions[i]!) ** 2;
    mean += z ** 2;
  });
  return { model: model / actual.length, mean: mean / actual.length };
};

/** One pass over the training block in the order of time. @returns the mean loss of its windows */
const trainEpoch = async (run: Run): Promise<number> => {
  const { tf, model, series, blocks, hyper, options } = run;
  const [first, end] = [blocks.training.from + hyper.lookBack, blocks.training.to];
  let total = 0;
  for (let from = first; from < end; from += hyper.batch) {
    const count = Math.min(hyper.batch, end - from);
    const inputs = windowsBefore(tf, series, from, from + count, hyper.lookBack);
    const targets = tf.slice(series, [from, 0], [count, -1]);
    const [loss] = [await model.trainOnBatch(inputs, targets)].flat();
    tf.dispose([inputs, targets]);
    total += loss! * count;
    await tf.nextFrame();
    options.signal?.throwIfAborted();
  }
  return total / (end - first);
};

interface Epoch {
  readonly epoch: number;
  readonly training: number;
  readonly validation: number;
}

const reportEpoch = (run: Run, last: Epoch, best: Epoch, startedAt: number): void => {
  const { maxEpochs, patience } = run.hyper;
  const expected = patience === undefined ? maxEpochs : Math.min(maxEpochs, best.epoch + patience);
  const secondsAnEpoch = (run.options.now() - startedAt) / 1000 / last.epoch;
  run.options.onProgress?.({
    stage: 'training',
    done: last.epoch / expected,
    secondsLeft: (expected - last.epoch) * secondsAnEpoch,
    detail: `epoch ${last.epoch} of ${patience === undefined ? '' : 'at most '}${maxEpochs}, validation loss ${last.validation.toFixed(3)}`,
  });
};

/** Trains until patience or epochs run out, and leaves the kept weights in the model. */
const fit = async (run: Run): Promise<ModelManifest['losses']> => {
  const { tf, model, blocks, hyper, options } = run;
  const startedAt = options.now();
  let best: Epoch | undefined;
  let weights: Float32Array[] = [];
  let epoch = 0;
  do {
    epoch += 1;
    const training = await trainEpoch(run);
    const validation = meanSquares(run, blocks.validation, predictBlock(run, blocks.validation)).model;
    const last = { epoch, training, validation };
    if (!best || hyper.patience === undefined || validation < best.validation) {
      best = last;
      weights = model.getWeights().map((weight) => weight.dataSync<'float32'>());
    }
    reportEpoch(run, last, best, startedAt);
  } while (epoch < hyper.maxEpochs && epoch - best.epoch < (hyper.patience ?? Infinity));
  tf.tidy(() => model.setWeights(model.getWeights().map((old, i) => tf.tensor(weights[i]!, old.shape))));
  return { training: best.training, validation: best.validation, epochs: epoch, bestEpoch: best.epoch };
};

/** @returns (R, n) what came minus what was predicted, in daily returns */
const rawResiduals = (returns: Matrix, { from, to }: Block, predictions: Float32Array, scaling: Scaling): Matrix => {
  const { cols } = returns;
  const data = returns.data.slice(from * cols, to * cols);
  predictions.forEach((z, i) => {
    data[i]! -= z * scaling.deviations[i % cols]! + scaling.means[i % cols]!;
  });
  return { rows: to - from, cols, data };
};

/**
 * Trains the model on (at most the last 2,500 days of) a history; seed 000, sections 2 to 4. The same
 * history, options and backend give the same artefact, to the bit.
 *
 * @throws the signal's reason when aborted; UserError when a price does not move
 */
export const train = async (history: History, options: TrainOptions): Promise<ModelArtefact> => {
  const { tf, backend } = options.backend;
  const { recipe, seed } = options;
  const hyper = { ...HYPER[recipe], ...options.hyper };
  const prices = lastDays(history.prices, MAX_RETURNS + 1);
  const returns = dailyReturns(prices);
  const blocks = splitBlocks(recipe, returns.rows);
  const scaling = measureScaling(returns, blocks.training, prices.tickers);
  const standard = standardise(returns, scaling);
  const series = tf.tensor2d(standard, [returns.rows, returns.cols]);
  const optimizer = tf.train.adam(hyper.learningRate);
  const model = buildModel(tf, returns.cols, hyper, seed);
  try {
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const run: Run = { tf, model, series, standard, blocks, hyper, options };
    const losses = await fit(run);
    const predictions = predictBlock(run, blocks.calibration);
    const squares = meanSquares(run, blocks.calibration, predictions);
    const parts = await exportModel(tf, model);
    const manifest: ModelManifest = {
      format: 1,
      tickers: prices.tickers,
      recipe,
      seed,
      trainedFrom: prices.dates[0]!,
      trainedUntil: history.until,
      days: prices.dates.length,
      pricesHash: pricesHash(prices),
      hyper,
      ...scaling,
      losses,
      skill: 1 - squares.model / squares.mean,
      weightsHash: hashWeights(parts.weights),
      backend,
    };
    return { manifest, ...parts, residuals: rawResiduals(returns, blocks.calibration, predictions, scaling) };
  } finally {
    tf.dispose([series]);
    optimizer.dispose();
    model.dispose();
  }
};
