import type { OnProgress } from '../types.ts';
import type { LstmManifest } from './lstm-model.ts';
import { batchingOf, type TrainingSeries } from './batching.ts';
import type { Block, Blocks } from './blocks.ts';
import { runEpochs } from './epochs.ts';
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

/** Trains until patience or epochs run out. Leaves the best weights in `run.weights`, or without patience the last. */
export async function fit(run: TrainingRun): Promise<LstmManifest['losses']> {
  const { trainer, weights, blocks, hyper, now, onProgress } = run;
  const { patience, maxEpochs } = hyper;
  const { predictBlock } = batchingOf(hyper);
  async function trainAndValidate() {
    const training = await trainEpoch(run);
    const predictions = predictBlock(trainer, run, blocks.validation);
    return { training, validation: meanSquaredErrors(run, blocks.validation, predictions, run.stale).model };
  }
  let kept = weights;
  const options = { patience, maxEpochs, keepBest: patience !== undefined, now, onProgress };
  const losses = await runEpochs(options, trainAndValidate, () => {
    kept = weights.slice();
  });
  weights.set(kept);
  return losses;
}
