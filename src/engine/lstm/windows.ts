// A model that looks at windows: every prediction is made from zero state on the L days before it.
import type { Block } from './blocks.ts';
import type { Batch, Feed, Judged, Run } from './fit.ts';
import { predict, windowsBefore } from './model.ts';

/** Windows predicted at once: enough to be quick, few enough to be small. */
const PREDICTION_BATCH = 256;

const lossOf = () => 'meanSquaredError';

/** The block's days but the first L, `hyper.batch` at a time. */
function* batches({ tf, series, hyper }: Run, block: Block): Generator<Batch> {
  const { data, cols } = series;
  for (let from = block.from + hyper.lookBack; from < block.to; from += hyper.batch) {
    const to = Math.min(from + hyper.batch, block.to);
    const inputs = windowsBefore(tf, series, { from, to }, hyper.lookBack);
    const targets = tf.tensor2d(data.subarray(from * cols, to * cols), [to - from, cols]);
    yield { inputs, targets, days: to - from };
  }
}

/** @returns (to − from, n) */
const predictBlock = ({ tf, model, series, hyper }: Judged, { from, to }: Block): Float32Array => {
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

export const windows = { lossOf, batches, predictBlock } satisfies Feed;
