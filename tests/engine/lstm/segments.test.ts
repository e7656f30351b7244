import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/engine/lstm/fit.ts';
import { buildModel } from '../../../src/engine/lstm/model.ts';
import { segments } from '../../../src/engine/lstm/segments.ts';
import { wasm } from '../../support/small-model.ts';

const { tf } = wasm;
const { batches, lossOf, predictBlock } = segments;
const hyper = { memory: 'carried', lookBack: 5, units: 4, batch: 3, learningRate: 0.1, maxEpochs: 1 } as const;

/** Day t of two assets is (t, −t). */
const run = (days: number): Run => ({
  tf,
  model: buildModel(tf, 2, hyper, 1),
  series: { data: Float32Array.from({ length: 2 * days }, (_, i) => (i % 2 ? -1 : 1) * Math.floor(i / 2)), cols: 2 },
  blocks: { training: { from: 0, to: days }, validation: { from: 0, to: days }, calibration: { from: 0, to: days } },
  hyper,
  now: () => 0,
  onProgress: undefined,
  signal: undefined,
});

/** The first asset's days, an array a segment. @param tensor (B, T, 2) */
const daysOf = (tensor: Tensor): number[][] => {
  const [count = 0, length = 0] = tensor.shape;
  const days = [...tensor.dataSync()].filter((_, i) => i % 2 === 0);
  return Array.from({ length: count }, (_, k) => days.slice(k * length, (k + 1) * length));
};

const segmentsOf = (days: number) =>
  [...batches(run(days), { from: 0, to: days })].flatMap(({ inputs, targets, days: counted }) => {
    expect(counted).toBe(targets.size / 2);
    const asked = daysOf(targets);
    return daysOf(inputs).map((seen, k) => ({ seen, asked: asked[k]! }));
  });

describe('segments', () => {
  it.each([
    [35, 0],
    [37, 4],
    [6, 0],
  ])('ask for each of %i days once, but the look-back and %i left over', (days, left) => {
    const asked = segmentsOf(days).flatMap((segment) => segment.asked);
    expect(asked).toEqual(Array.from({ length: days - 5 - left }, (_, k) => 5 + left + k));
  });

  it('see the look-back before the first day that they are asked for, and never that day itself or a later one', () => {
    for (const { seen, asked } of segmentsOf(37)) {
      expect(seen[0]).toBe(asked[0]! - 5);
      expect(seen.at(-1)).toBe(asked.at(-1)! - 1);
      expect(seen).toHaveLength(5 + asked.length - 1);
    }
  });

  it('have their loss after the warm-up alone', () => {
    const predictions = tf.tensor3d([9, 9, 9, 9, 1, 2, 3], [1, 7, 1]);
    expect(lossOf(tf, hyper)(tf.tensor3d([1, 2, 6], [1, 3, 1]), predictions).dataSync()[0]).toBe(3);
  });
});

describe('predictBlock', () => {
  it('predicts a day from the days before it, and the same for a longer block', () => {
    const whole = run(60);
    const block = predictBlock(whole, { from: 30, to: 50 });
    expect(block).toHaveLength(40);
    const later = { ...whole.series, data: whole.series.data.map((z, i) => (i < 2 * 40 ? z : 7)) };
    const other = predictBlock({ ...whole, series: later }, { from: 30, to: 50 });
    expect(other.slice(0, 22)).toEqual(block.slice(0, 22));
    expect(other[22]).not.toBe(block[22]);
    expect(predictBlock(whole, { from: 30, to: 60 }).slice(0, 40)).toEqual(block);
  });
});
