// Pure: a model that looks at windows makes every prediction from zero state on the L days before it.
import { windowsBefore } from './blocks.ts';
import type { Block } from './blocks.ts';
import type { Batch, Feed, Subject } from './memory.ts';

/** Windows predicted at once: enough to be quick, few enough to be small. */
const PREDICTION_BATCH = 256;

function* parts({ from, to }: Block, length: number): Generator<Block> {
  for (let start = from; start < to; start += length) yield { from: start, to: Math.min(start + length, to) };
}

const readingOf = ({ series, hyper }: Subject, block: Block) => ({
  days: windowsBefore(series, block, hyper.lookBack),
  steps: hyper.lookBack,
  asked: 1,
});

/** The block's days but the first L, `hyper.batch` at a time. */
function* batches(subject: Subject, { from, to }: Block): Generator<Batch> {
  const { series, hyper } = subject;
  for (const part of parts({ from: from + hyper.lookBack, to }, hyper.batch)) {
    const targets = series.data.subarray(part.from * series.cols, part.to * series.cols);
    yield { ...readingOf(subject, part), targets };
  }
}

const predictBlock: Feed['predictBlock'] = (trainer, subject, block) => {
  const { cols } = subject.series;
  const predictions = new Float32Array((block.to - block.from) * cols);
  for (const part of parts(block, PREDICTION_BATCH)) {
    predictions.set(trainer.predict(readingOf(subject, part)), (part.from - block.from) * cols);
  }
  return predictions;
};

export const windows: Feed = { batches, predictBlock };
