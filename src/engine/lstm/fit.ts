import type { OnProgress } from '../types.ts';
import type { LstmManifest } from './lstm-model.ts';
import { batchingOf, type TrainingSeries } from './batching.ts';
import type { Block, Blocks } from './blocks.ts';
import { yieldToEventLoop } from '../pause.ts';
import type { Trainer } from './trainer.ts';

/** One training under way. */
export interface TrainingRun extends TrainingSeries {
  readonly trainer: Trainer;
  /** All the weights that the trainer changes. */
  readonly weights: Float32Array;
  readonly blocks: Blocks;
  /** (T, n) 1 for a return that is no observation; absent: all are. Errors on it do not count. */
  readonly stale?: Uint8Array | undefined;
  /** Milliseconds. */
  readonly now: () => number;
  readonly onProgress: OnProgress | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Mean squared errors over a block, in standardised returns: of the model, and of predicting the training mean.
 * @param stale (T, n) 1 for a return that is no observation; absent: all are
 */
export function meanSquaredErrors(
  { series: { data, cols } }: TrainingSeries,
  { from, to }: Block,
  predictions: Float32Array,
  stale?: Uint8Array,
): { readonly model: number; readonly mean: number } {
  const actual = data.subarray(from * cols, to * cols);
  let [model, mean, count] = [0, 0, 0];
  actual.forEach((z, i) => {
    if (stale?.[from * cols + i] === 1) return;
    model += (z - predictions[i]!) ** 2;
    mean += z ** 2;
    count += 1;
  });
  return { model: model / count, mean: mean / count };
}

/** One pass over the training block in the order of time. @returns the mean loss of its days */
export async function trainEpoch(run: TrainingRun): Promise<number> {
  const { trainer, blocks, hyper, signal } = run;
  let [total, count] = [0, 0];
  for (const batch of batchingOf(hyper).batches(run, blocks.training)) {
    total += trainer.step(batch, batch.targets) * batch.targets.length;
    count += batch.targets.length;
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  return total / count;
}

interface Epoch {
  readonly epoch: number;
  readonly training: number;
  readonly validation: number;
}

function reportEpoch({ hyper, now, onProgress }: TrainingRun, last: Epoch, best: Epoch, startedAt: number): void {
  const { maxEpochs, patience } = hyper;
  const expected = patience === undefined ? maxEpochs : Math.min(maxEpochs, best.epoch + patience);
  const secondsPerEpoch = (now() - startedAt) / 1000 / last.epoch;
  onProgress?.({
    stage: 'training',
    done: last.epoch / expected,
    secondsLeft: (expected - last.epoch) * secondsPerEpoch,
    detail: `epoch ${last.epoch} of ${patience === undefined ? '' : 'at most '}${maxEpochs}, validation loss ${last.validation.toFixed(3)}`,
  });
}

/** Trains until patience or epochs run out. Leaves the best weights in `run.weights`, or without patience the last. */
export async function fit(run: TrainingRun): Promise<LstmManifest['losses']> {
  const { trainer, weights, blocks, hyper } = run;
  const { predictBlock } = batchingOf(hyper);
  const startedAt = run.now();
  let best: Epoch | undefined;
  let kept = weights;
  let epoch = 0;
  do {
    epoch += 1;
    const training = await trainEpoch(run);
    const predictions = predictBlock(trainer, run, blocks.validation);
    const validation = meanSquaredErrors(run, blocks.validation, predictions, run.stale).model;
    const last = { epoch, training, validation };
    if (!best || hyper.patience === undefined || validation < best.validation) {
      best = last;
      kept = weights.slice();
    }
    reportEpoch(run, last, best, startedAt);
  } while (epoch < hyper.maxEpochs && epoch - best.epoch < (hyper.patience ?? Infinity));
  weights.set(kept);
  return { training: best.training, validation: best.validation, epochs: epoch, bestEpoch: best.epoch };
}
