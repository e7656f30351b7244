import { describe, expect, it } from 'vitest';
import { batchingOf } from '../../../src/engine/lstm/batching.ts';
import type { StandardisedReturns } from '../../../src/engine/lstm/blocks.ts';
import { loadKernel } from '../../../src/engine/lstm/kernel/load.ts';
import { newModel } from '../../../src/engine/lstm/tf-model.ts';
import { readNetwork } from '../../../src/engine/lstm/network.ts';
import { createTrainer } from '../../../src/engine/lstm/trainer.ts';
import { wasm } from '../../support/small-model.ts';

const hyper = { memory: 'carried', lookBack: 5, units: 4, batch: 3, learningRate: 0.1, maxEpochs: 1 } as const;

/** Day t of two assets is (t, −t) / 10. */
const countingSeries = (days: number): StandardisedReturns => ({
  data: Float32Array.from({ length: 2 * days }, (_, i) => ((i % 2 ? -1 : 1) * Math.floor(i / 2)) / 10),
  cols: 2,
});

/** The first asset's days, an array a sequence. @param sequences (B, length, 2) */
const daysOf = (sequences: Float32Array, length: number): number[][] => {
  const days = [...sequences].filter((_, i) => i % 2 === 0).map((day) => Math.round(10 * day));
  return Array.from({ length: days.length / length }, (_, k) => days.slice(k * length, (k + 1) * length));
};

const segmentsOf = (days: number) =>
  [...batchingOf(hyper).batches({ series: countingSeries(days), hyper }, { from: 0, to: days })].flatMap((batch) => {
    const targets = daysOf(batch.targets, batch.outputSteps);
    return daysOf(batch.inputs, batch.steps).map((inputs, k) => ({ inputs, targets: targets[k]! }));
  });

describe('batchingOf a carried state', () => {
  it.each([
    [35, 0],
    [37, 4],
    [6, 0],
  ])('predicts each of %i days once, but the look-back and %i left over', (days, left) => {
    const targets = segmentsOf(days).flatMap((segment) => segment.targets);
    expect(targets).toEqual(Array.from({ length: days - 5 - left }, (_, k) => 5 + left + k));
  });

  it.each([
    // 4, 7, 10 segments, at most 3 a batch.
    [25, [2, 2]],
    [40, [3, 2, 2]],
    [55, [3, 3, 2, 2]],
  ])('makes batches of the same size, but for one segment, of %i days', (days, sizes) => {
    const batches = [...batchingOf(hyper).batches({ series: countingSeries(days), hyper }, { from: 0, to: days })];
    expect(batches.map(({ targets, outputSteps }) => targets.length / (2 * outputSteps))).toEqual(sizes);
  });

  it('reads the look-back before the first predicted day, and no day that it predicts before predicting it', () => {
    for (const { inputs, targets } of segmentsOf(37)) {
      const steps = targets.length + 4;
      expect(inputs).toEqual(Array.from({ length: steps }, (_, k) => targets[0]! - 5 + k));
      expect(inputs.at(-1)).toBe(targets.at(-1)! - 1);
    }
  });

  it('predicts a day from the days before it, and the same in a longer block', async () => {
    const parts = await newModel(wasm.tf, 2, hyper, 1);
    const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
    const series = countingSeries(60);
    const predict = (given: StandardisedReturns, to: number) =>
      batchingOf(hyper).predictBlock(trainer, { series: given, hyper }, { from: 30, to });
    const block = predict(series, 50);
    expect(block).toHaveLength(40);
    const other = predict({ ...series, data: series.data.map((z, i) => (i < 2 * 40 ? z : 7)) }, 50);
    expect(other.slice(0, 22)).toEqual(block.slice(0, 22));
    expect(other[22]).not.toBe(block[22]);
    expect(predict(series, 60).slice(0, 40)).toEqual(block);
  });
});
