// Design matrices of which it is known what can be foretold.
import type { Fold, Labelled } from '../../src/engine/forest/folds.ts';
import { uniforms } from '../../src/engine/random.ts';
import { randomNumbers } from './numbers.ts';

export const daily = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => i);

/** Features without order in time; the target is `of` the row's features and noise. */
export function plantedRows(rows: number, cols: number, seed: number, of: (row: Float64Array) => number): Labelled {
  const data = Float64Array.from(randomNumbers(seed)(rows * cols));
  const noise = randomNumbers(1000 + seed)(rows);
  const y = Float64Array.from({ length: rows }, (_, i) => of(data.subarray(i * cols, (i + 1) * cols)) + noise[i]!);
  return { x: { rows, cols, data }, y, days: daily(rows), horizon: 1 };
}

/** Folds of shuffled rows: what cross-validation does that knows nothing of time. */
export function shuffledFolds(rows: number, folds: number): Fold[] {
  const random = uniforms(1, 'shuffled');
  const key = Float64Array.from({ length: rows }, () => random());
  const order = [...daily(rows)].toSorted((a, b) => key[a]! - key[b]!);
  return Array.from({ length: folds }, (_, k) => ({
    test: Int32Array.from(order.filter((_row, i) => i % folds === k)),
    training: Int32Array.from(order.filter((_row, i) => i % folds !== k)),
  }));
}

/** A random walk whose return over the next 21 days is foretold from its level and its returns so far. */
export function randomWalk(rows: number, seed: number): Labelled {
  const horizon = 21;
  const steps = randomNumbers(seed)(rows + 150);
  const level = Float64Array.from(steps);
  for (let t = 1; t < level.length; t += 1) level[t]! += level[t - 1]!;
  const spans = [21, 42, 63, 126];
  const count = rows - horizon;
  const cols = spans.length + 1;
  const data = Float64Array.from({ length: count * cols }, (_, at) => {
    const [i, span] = [Math.floor(at / cols) + 129, spans[(at % cols) - 1]];
    return level[i]! - (span === undefined ? 0 : level[i - span]!);
  });
  const y = Float64Array.from({ length: count }, (_, i) => level[i + 129 + horizon]! - level[i + 129]!);
  return { x: { rows: count, cols, data }, y, days: daily(count), horizon };
}
