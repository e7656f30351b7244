import { nextTurn } from '../turn.ts';
import type { OnProgress } from '../types.ts';
import type { Hyper, ModelManifest } from './artefact.ts';
import type { Block, Blocks, Series } from './blocks.ts';
import { feedOf } from './memory.ts';
import type { Trainer } from './trainer.ts';

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

/** One pass over the training block in the order of time. @returns the mean loss of its days */
export const trainEpoch = async (run: Run): Promise<number> => {
  const { trainer, blocks, hyper, signal } = run;
  let [total, count] = [0, 0];
  for (const batch of feedOf(hyper).batches(run, blocks.training)) {
    total += trainer.step(batch, batch.targets) * batch.targets.length;
    count += batch.targets.length;
    await nextTurn();
    signal?.throwIfAborted();
  }
  return total / count;
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
  const { trainer, weights, blocks, hyper } = run;
  const startedAt = run.now();
  let best: Epoch | undefined;
  let kept = weights;
  let epoch = 0;
  do {
    epoch += 1;
    const training = await trainEpoch(run);
    const validation = meanSquares(
      run,
      blocks.validation,
      feedOf(hyper).predictBlock(trainer, run, blocks.validation),
    ).model;
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
