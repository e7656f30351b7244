// Pure: a model that carries its state is trained on segments of the series, with a loss on every day after a
// warm-up, and reads a series once from its beginning to its end.
import type { Hyper } from './artefact.ts';
import type { Block, Series } from './blocks.ts';
import type { Batch, Feed, Subject } from './memory.ts';

/** Real days that a state has seen before it is asked for anything, where there are so many; in units of L. */
const WARM_UPS = 4;

export const warmUpDays = ({ lookBack }: Hyper): number => WARM_UPS * lookBack;

/** Stretches of `length` days, the first of which begin `apart` days apart. @returns (count, length, n) */
const stretches = (
  { data, cols }: Series,
  from: number,
  { count, length, apart }: { readonly count: number; readonly length: number; readonly apart: number },
): Float32Array => {
  const days = new Float32Array(count * length * cols);
  for (let k = 0; k < count; k += 1) {
    const start = from + k * apart;
    days.set(data.subarray(start * cols, (start + length) * cols), k * length * cols);
  }
  return days;
};

/**
 * Cuts the block's days but the first L into segments of equal length, at most L; fewer days than segments are
 * left over, at the beginning. Each is read from zero state over the L days before it, without a loss, and
 * back-propagation ends where reading began.
 */
function* batches({ series, hyper: { lookBack, batch } }: Subject, block: Block): Generator<Batch> {
  const days = block.to - block.from - lookBack;
  const segments = Math.ceil(days / lookBack);
  const length = Math.floor(days / segments);
  const steps = lookBack + length - 1;
  for (let k = 0; k < segments; k += batch) {
    const count = Math.min(batch, segments - k);
    const from = block.to - (segments - k) * length;
    yield {
      days: stretches(series, from - lookBack, { count, length: steps, apart: length }),
      steps,
      asked: length,
      targets: stretches(series, from, { count, length, apart: length }),
    };
  }
}

/** In one pass, after a warm-up in the days before the block. */
const predictBlock: Feed['predictBlock'] = (trainer, { series: { data, cols }, hyper }, { from, to }) => {
  const start = Math.max(0, from - warmUpDays(hyper));
  const days = data.subarray(start * cols, (to - 1) * cols);
  return trainer.predict({ days, steps: to - 1 - start, asked: to - from });
};

export const segments: Feed = { batches, predictBlock };
