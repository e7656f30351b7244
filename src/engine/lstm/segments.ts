// A model that carries its state: it is trained on segments of the series, with a loss on every day after a
// warm-up, and reads a series once from its beginning to its end.
import type { Tensor } from '@tensorflow/tfjs';
import type { Hyper } from './artefact.ts';
import type { Tf } from './backend.ts';
import type { Block } from './blocks.ts';
import type { Batch, Feed, Judged, Run } from './fit.ts';
import { predict } from './model.ts';

/** Real days that a state has seen, at least, before it is asked for anything, in units of L. */
const WARM_UPS = 4;

/** Days over which the state is brought up before a prediction that counts, where there are so many. */
export const warmUpDays = ({ lookBack }: Hyper): number => WARM_UPS * lookBack;

/** The mean square over a segment's days with a target, which are its last. */
const lossOf =
  (tf: Tf, { lookBack }: Hyper) =>
  (targets: Tensor, predictions: Tensor): Tensor =>
    tf.losses.meanSquaredError(targets, predictions.slice([0, lookBack - 1, 0]));

/**
 * Cuts the block's days but the first L into segments of equal length, at most L; fewer days than segments are
 * left over, at the beginning. Each is read from zero state over the L days before it, without a loss, and
 * back-propagation ends where reading began.
 */
function* batches({ tf, series, hyper }: Run, block: Block): Generator<Batch> {
  const { data, cols } = series;
  const { lookBack, batch } = hyper;
  const count = Math.ceil((block.to - block.from - lookBack) / lookBack);
  const length = Math.floor((block.to - block.from - lookBack) / count);
  const steps = lookBack + length - 1;
  const rows = (first: number, segments: number, days: number) => {
    const parts = new Float32Array(segments * days * cols);
    for (let k = 0; k < segments; k += 1) {
      const start = first + k * length;
      parts.set(data.subarray(start * cols, (start + days) * cols), k * days * cols);
    }
    return tf.tensor3d(parts, [segments, days, cols]);
  };
  for (let k = 0; k < count; k += batch) {
    const segments = Math.min(batch, count - k);
    const from = block.to - (count - k) * length;
    const [inputs, targets] = [rows(from - lookBack, segments, steps), rows(from, segments, length)];
    yield { inputs, targets, days: segments * length };
  }
}

/** In one pass, after a warm-up in the days before the block. @returns (to − from, n) */
const predictBlock = ({ tf, model, series, hyper }: Judged, { from, to }: Block): Float32Array => {
  const { data, cols } = series;
  const start = Math.max(0, from - warmUpDays(hyper));
  const days = data.subarray(start * cols, (to - 1) * cols);
  const predicted = tf.tidy(() => predict(model, tf.tensor3d(days, [1, to - 1 - start, cols])).dataSync<'float32'>());
  return predicted.slice((from - 1 - start) * cols);
};

export const segments = { lossOf, batches, predictBlock } satisfies Feed;
