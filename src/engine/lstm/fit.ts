import type { LayersModel, Optimizer, Scalar } from '@tensorflow/tfjs';
import { nextTurn } from '../turn.ts';
import type { OnProgress } from '../types.ts';
import type { Hyper, ModelManifest } from './artefact.ts';
import type { Tf } from './backend.ts';
import type { Block, Blocks } from './blocks.ts';
import { predict, windowsBefore } from './model.ts';
import type { Series } from './model.ts';

/** Windows predicted at once: enough to be quick, few enough to be small. */
const PREDICTION_BATCH = 256;

/** One training under way. */
export interface Run {
  readonly tf: Tf;
  readonly model: LayersModel;
  readonly optimizer: Optimizer;
  readonly series: Series;
  readonly blocks: Blocks;
  readonly hyper: Hyper;
  readonly now: () => number;
  readonly onProgress: OnProgress | undefined;
  readonly signal: AbortSignal | undefined;
}

/** @returns (to − from, n) standardised predictions of the block's days */
export const predictBlock = ({ tf, model, series, hyper }: Run, { from, to }: Block): Float32Array => {
  const { cols } = series;
  const predictions = new Float32Array((to - from) * cols);
  for (let start = from; start < to; start += PREDICTION_BATCH) {
    const end = Math.min(to, start + PREDICTION_BATCH);
    const batch = tf.tidy(() => predict(model, windowsBefore(tf, series, { from: start, to: end }, hyper.lookBack)));
    predictions.set(batch.dataSync(), (start - from) * cols);
    batch.dispose();
  }
  return predictions;
};

/** Mean squares over a block, in standardised returns: of the model's errors, and of the training mean's. */
export const meanSquares = (
  { series: { data, cols } }: Run,
  { from, to }: Block,
  predictions: Float32Array,
): { readonly model: number; readonly mean: number } => {
  const actual = data.subarray(from * cols, to * cols);
  let [model, mean] = [0, 0];
  actual.forEach((z, i) => {
    model += (z - predictions[i]!) ** 2;
    mean += z ** 2;
  });
  return { model: model / actual.length, mean: mean / actual.length };
};

/** One gradient step on the windows before a block's days. @returns their mean squared error */
const trainStep = ({ tf, model, optimizer, series: { data, cols }, hyper }: Run, block: Block): number =>
  tf.tidy(() => {
    const windows = windowsBefore(tf, { data, cols }, block, hyper.lookBack);
    const targets = tf.tensor2d(data.subarray(block.from * cols, block.to * cols), [block.to - block.from, cols]);
    const meanSquare = (): Scalar => predict(model, windows, true).squaredDifference(targets).mean().asScalar();
    return optimizer.minimize(meanSquare, true)!.dataSync()[0]!;
  });

/** One pass over the training block in the order of time. @returns the mean loss of its windows */
export const trainEpoch = async (run: Run): Promise<number> => {
  const { blocks, hyper, signal } = run;
  const [first, end] = [blocks.training.from + hyper.lookBack, blocks.training.to];
  let total = 0;
  for (let from = first; from < end; from += hyper.batch) {
    const to = Math.min(from + hyper.batch, end);
    total += trainStep(run, { from, to }) * (to - from);
    await nextTurn();
    signal?.throwIfAborted();
  }
  return total / (end - first);
};

interface Epoch {
  readonly epoch: number;
  readonly training: number;
  readonly validation: number;
}

const reportEpoch = ({ hyper, now, onProgress }: Run, last: Epoch, best: Epoch, startedAt: number): void => {
  const { maxEpochs, patience } = hyper;
  const expected = patience === undefined ? maxEpochs : Math.min(maxEpochs, best.epoch + patience);
  const secondsAnEpoch = (now() - startedAt) / 1000 / last.epoch;
  onProgress?.({
    stage: 'training',
    done: last.epoch / expected,
    secondsLeft: (expected - last.epoch) * secondsAnEpoch,
    detail: `epoch ${last.epoch} of ${patience === undefined ? '' : 'at most '}${maxEpochs}, validation loss ${last.validation.toFixed(3)}`,
  });
};

/** Trains until patience or epochs run out, and leaves the kept weights in the model. */
export const fit = async (run: Run): Promise<ModelManifest['losses']> => {
  const { tf, model, blocks, hyper } = run;
  const startedAt = run.now();
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
