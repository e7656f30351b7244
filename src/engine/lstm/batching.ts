// How a series becomes batches of sequences, for each kind of memory.
import type { Hyper } from './lstm-model.ts';
import type { Block, StandardisedReturns } from './blocks.ts';
import type { SequenceBatch } from './kernel/stack.ts';
import type { Trainer } from './trainer.ts';

/** The sequences and targets of one gradient step. */
export interface TrainingBatch extends SequenceBatch {
  /** (B, S, n) the standardised returns that the predictions are compared with. */
  readonly targets: Float32Array;
}

export interface TrainingSeries {
  readonly series: StandardisedReturns;
  readonly hyper: Hyper;
}

export interface Batching {
  /** One epoch over a block, in the order of time. */
  readonly batches: (input: TrainingSeries, block: Block) => Iterable<TrainingBatch>;
  /** @returns (to − from, n) standardised predictions of the block's days */
  readonly predictBlock: (trainer: Pick<Trainer, 'predict'>, input: TrainingSeries, block: Block) => Float32Array;
}

/** `count` sequences of `length` days, which start `stride` days apart. @returns (count, length, n) */
function cutSequences(
  { data, cols }: StandardisedReturns,
  from: number,
  { count, length, stride }: { readonly count: number; readonly length: number; readonly stride: number },
): Float32Array {
  const sequences = new Float32Array(count * length * cols);
  for (let k = 0; k < count; k += 1) {
    const start = from + k * stride;
    sequences.set(data.subarray(start * cols, (start + length) * cols), k * length * cols);
  }
  return sequences;
}

/** Windows predicted at once: enough to be quick, few enough to be small. */
const PREDICTION_BATCH = 256;

function* split({ from, to }: Block, length: number): Generator<Block> {
  for (let start = from; start < to; start += length) yield { from: start, to: Math.min(start + length, to) };
}

/** For each of the block's days the window of the L days before it, which may reach back before the block. */
function windowsBefore({ series, hyper: { lookBack } }: TrainingSeries, { from, to }: Block): SequenceBatch {
  return {
    inputs: cutSequences(series, from - lookBack, { count: to - from, length: lookBack, stride: 1 }),
    steps: lookBack,
    outputSteps: 1,
  };
}

/** Every prediction starts from zero state and reads the L days before it. */
const WINDOWS: Batching = {
  /** The block's days but the first L, `hyper.batch` at a time. */
  *batches(input, { from, to }) {
    const { series, hyper } = input;
    for (const days of split({ from: from + hyper.lookBack, to }, hyper.batch)) {
      const targets = series.data.subarray(days.from * series.cols, days.to * series.cols);
      yield { ...windowsBefore(input, days), targets };
    }
  },
  predictBlock(trainer, input, block) {
    const { cols } = input.series;
    const predictions = new Float32Array((block.to - block.from) * cols);
    for (const days of split(block, PREDICTION_BATCH)) {
      predictions.set(trainer.predict(windowsBefore(input, days)), (days.from - block.from) * cols);
    }
    return predictions;
  },
};

/** Days that a carried state reads before its first prediction, as far as the history reaches back; in units of L. */
const WARM_UPS = 4;

const warmUpDays = ({ lookBack }: Hyper): number => WARM_UPS * lookBack;

/** Parts of at most that length, which differ by at most one: a short last batch would count as much as a whole one. */
function* splitEvenly(length: number, most: number): Generator<{ readonly from: number; readonly count: number }> {
  let from = 0;
  for (let left = Math.ceil(length / most); left > 0; left -= 1) {
    const count = Math.ceil((length - from) / left);
    yield { from, count };
    from += count;
  }
}

/** The state is carried from day to day. Training cuts the series into segments (truncated back-propagation). */
const SEGMENTS: Batching = {
  /**
   * Cuts the block's days but the first L into segments of equal length, at most L. Fewer days than there are segments
   * are left over, at the beginning. A segment is read from zero state; the L days before it warm the state up, without
   * a loss. Back-propagation stops where reading started. A batch has at most `hyper.batch` segments.
   */
  *batches({ series, hyper: { lookBack, batch } }, { from, to }) {
    const days = to - from - lookBack;
    const segments = Math.ceil(days / lookBack);
    const length = Math.floor(days / segments);
    const steps = lookBack + length - 1;
    for (const { from: k, count } of splitEvenly(segments, batch)) {
      const first = to - (segments - k) * length;
      yield {
        inputs: cutSequences(series, first - lookBack, { count, length: steps, stride: length }),
        steps,
        outputSteps: length,
        targets: cutSequences(series, first, { count, length, stride: length }),
      };
    }
  },
  /** In one pass, warmed up on the days before the block. */
  predictBlock(trainer, { series: { data, cols }, hyper }, { from, to }) {
    const start = Math.max(0, from - warmUpDays(hyper));
    const inputs = data.subarray(start * cols, (to - 1) * cols);
    return trainer.predict({ inputs, steps: to - 1 - start, outputSteps: to - from });
  },
};

export function batchingOf({ memory }: Hyper): Batching {
  return memory === 'carried' ? SEGMENTS : WINDOWS;
}

/** Real days that a prediction is based on, if the history has that many. */
export function contextDays(hyper: Hyper): number {
  return hyper.memory === 'carried' ? warmUpDays(hyper) : hyper.lookBack;
}
