import type { LayersModel, Tensor, Tensor3D } from '@tensorflow/tfjs';
import type { OnProgress } from '../types.ts';
import type { Hyper, ModelManifest } from './artefact.ts';
import type { Tf } from './backend.ts';
import type { Block, Blocks } from './blocks.ts';
import type { Series } from './model.ts';
import { segments } from './segments.ts';
import { windows } from './windows.ts';

/** Of one gradient step; whoever asks for it disposes of it. */
export interface Batch {
  readonly inputs: Tensor3D;
  readonly targets: Tensor;
  /** Of which the loss is the mean. */
  readonly days: number;
}

/** A model and what it is to predict. */
export type Judged = Pick<Run, 'tf' | 'model' | 'series' | 'hyper'>;

type Loss = string | ((targets: Tensor, predictions: Tensor) => Tensor);

/** What the memories do differently while a model is trained and judged. */
export interface Feed {
  /** The mean squared error of the days that a batch asks for. */
  readonly lossOf: (tf: Tf, hyper: Hyper) => Loss;
  /** All that a block can teach, in the order of time. */
  readonly batches: (run: Run, block: Block) => Iterable<Batch>;
  /** @returns (to − from, n) standardised predictions of the block's days */
  readonly predictBlock: (run: Judged, block: Block) => Float32Array;
}

/** One training under way. */
export interface Run {
  readonly tf: Tf;
  /** Compiled. */
  readonly model: LayersModel;
  readonly series: Series;
  readonly blocks: Blocks;
  readonly hyper: Hyper;
  readonly now: () => number;
  readonly onProgress: OnProgress | undefined;
  readonly signal: AbortSignal | undefined;
}

const feedOf = ({ memory }: Hyper): Feed => (memory === 'carried' ? segments : windows);

/** As `compile` takes it. */
export const lossOf = (tf: Tf, hyper: Hyper): Loss => feedOf(hyper).lossOf(tf, hyper);

export const predictBlock = (run: Judged, block: Block): Float32Array => feedOf(run.hyper).predictBlock(run, block);

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
const trainEpoch = async (run: Run): Promise<number> => {
  const { tf, model, hyper, signal } = run;
  let [total, days] = [0, 0];
  for (const batch of feedOf(hyper).batches(run, run.blocks.training)) {
    const [loss] = [await model.trainOnBatch(batch.inputs, batch.targets)].flat();
    tf.dispose([batch.inputs, batch.targets]);
    total += loss! * batch.days;
    days += batch.days;
    await tf.nextFrame();
    signal?.throwIfAborted();
  }
  return total / days;
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
