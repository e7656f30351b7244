import { nextTurn } from '../turn.ts';
import type { OnProgress } from '../types.ts';
import type { Hyper, ModelManifest } from './artefact.ts';
import type { Block, Blocks, Series } from './blocks.ts';
import { windowsBefore } from './blocks.ts';
import type { Trainer } from './trainer.ts';

/** Windows predicted at once: enough to be quick, few enough to be small. */
const PREDICTION_BATCH = 256;

/** One training under way. */
export interface Run {
  readonly trainer: Trainer;
  /** All the numbers that the trainer changes. */
  readonly weights: Float32Array;
  readonly series: Series;
  readonly blocks: Blocks;
  readonly hyper: Hyper;
  readonly now: () => number;
  readonly onProgress: OnProgress | undefined;
  readonly signal: AbortSignal | undefined;
}

/** @returns (to − from, n) standardised predictions of the block's days */
export const predictBlock = ({ trainer, series, hyper }: Run, { from, to }: Block): Float32Array => {
  const predictions = new Float32Array((to - from) * series.cols);
  for (let start = from; start < to; start += PREDICTION_BATCH) {
    const batch = { from: start, to: Math.min(to, start + PREDICTION_BATCH) };
    const predicted = trainer.predict(windowsBefore(series, batch, hyper.lookBack));
    predictions.set(predicted, (start - from) * series.cols);
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

/** One pass over the training block in the order of time. @returns the mean loss of its windows */
export const trainEpoch = async ({ trainer, series, blocks, hyper, signal }: Run): Promise<number> => {
  const [first, end] = [blocks.training.from + hyper.lookBack, blocks.training.to];
  let total = 0;
  for (let from = first; from < end; from += hyper.batch) {
    const to = Math.min(from + hyper.batch, end);
    const targets = series.data.subarray(from * series.cols, to * series.cols);
    total += trainer.step(windowsBefore(series, { from, to }, hyper.lookBack), targets) * (to - from);
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

/** Trains until patience or epochs run out, and leaves the kept weights. */
export const fit = async (run: Run): Promise<ModelManifest['losses']> => {
  const { weights, blocks, hyper } = run;
  const startedAt = run.now();
  let best: Epoch | undefined;
  let kept = weights;
  let epoch = 0;
  do {
    epoch += 1;
    const training = await trainEpoch(run);
    const validation = meanSquares(run, blocks.validation, predictBlock(run, blocks.validation)).model;
    const last = { epoch, training, validation };
    if (!best || hyper.patience === undefined || validation < best.validation) {
      best = last;
      kept = weights.slice();
    }
    reportEpoch(run, last, best, startedAt);
  } while (epoch < hyper.maxEpochs && epoch - best.epoch < (hyper.patience ?? Infinity));
  weights.set(kept);
  return { training: best.training, validation: best.validation, epochs: epoch, bestEpoch: best.epoch };
};
