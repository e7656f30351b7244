import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../../src/engine/lstm/kernel/load.ts';
import { buildModel, newModel } from '../../../src/engine/lstm/tf-model.ts';
import { readNetwork } from '../../../src/engine/lstm/network.ts';
import { createTrainer } from '../../../src/engine/lstm/trainer.ts';
import { largestDifference, randomNumbers } from '../../support/numbers.ts';
import { wasm } from '../../support/small-model.ts';

const { tf } = wasm;
const [assets, steps, units] = [3, 6, 5];
const hyperOf = (memory: 'window' | 'carried') =>
  ({ memory, lookBack: steps, units, batch: 10, learningRate: 0.01, maxEpochs: 1 }) as const;

const newTrainer = async () => {
  const hyper = hyperOf('carried');
  const parts = await newModel(tf, assets, hyper, 1);
  const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
  return { trainer, weights: new Float32Array(parts.weights) };
};

/** Sequences of which the last two steps are predicted, and their targets. */
const randomBatch = (batch: number, length: number, seed = 3) => {
  const next = randomNumbers(seed);
  return { inputs: next(batch * length * assets, 2), steps: length, outputSteps: 2, targets: next(batch * 2 * assets) };
};

describe('createTrainer', () => {
  // 1 row needs no padding; 100 are two passes.
  it.each([
    ['window', 1, 10, 'relaxed'],
    ['carried', 4, 10, 'relaxed'],
    ['carried', 6, 1, 'relaxed'],
    ['carried', 4, 100, 'relaxed'],
    ['carried', 4, 10, 'plain'],
  ] as const)(
    'takes the steps that tfjs takes with Adam: memory %s, %i output steps, batch %i, the %s kernel',
    async (memory, outputSteps, batch, twin) => {
      const hyper = hyperOf(memory);
      const next = randomNumbers(21);
      const parts = await newModel(tf, assets, hyper, 1);
      const trainer = createTrainer(await loadKernel(twin), readNetwork(parts), hyper);
      const stock = buildModel(tf, assets, hyper, 1);
      const last = (all: Tensor): Tensor => (all.rank === 2 ? all : all.slice([0, steps - outputSteps, 0]));
      const loss = (targets: Tensor, predictions: Tensor) => tf.losses.meanSquaredError(targets, last(predictions));
      stock.compile({ optimizer: tf.train.adam(hyper.learningRate), loss });
      for (let step = 0; step < 8; step += 1) {
        const [inputs, targets] = [next(batch * steps * assets, 2), next(batch * outputSteps * assets, 2)];
        const x = tf.tensor3d(inputs, [batch, steps, assets]);
        const y = tf.tensor(targets, memory === 'window' ? [batch, assets] : [batch, outputSteps, assets]);
        const [expected] = [await stock.trainOnBatch(x, y)].flat();
        const sequences = { inputs, steps, outputSteps };
        expect(trainer.step(sequences, targets)).toBeCloseTo(expected!, 5);
        const [predictions] = [stock.predict(x)].flat();
        expect(largestDifference(trainer.predict(sequences), last(predictions!).dataSync())).toBeLessThan(1e-4);
      }
      const weights = stock.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
      expect(largestDifference(new Float32Array(parts.weights), weights)).toBeLessThan(1e-4);
      stock.dispose();
    },
  );

  it('learns the same bits whatever it predicted in between', async () => {
    const [plain, busy] = [await newTrainer(), await newTrainer()];
    for (let step = 0; step < 3; step += 1) {
      const batch = randomBatch(7, 9, step);
      expect(busy.trainer.step(batch, batch.targets)).toBe(plain.trainer.step(batch, batch.targets));
      // More shapes than it keeps.
      for (const length of [5, 9, 12, 20]) busy.trainer.predict(randomBatch(length, length));
    }
    expect(busy.weights).toEqual(plain.weights);
  });

  it('predicts by the weights as they are, even if others changed them', async () => {
    const { trainer, weights } = await newTrainer();
    const batch = randomBatch(4, 6);
    const [before, untrained] = [trainer.predict(batch), weights.slice()];
    trainer.step(batch, batch.targets);
    expect(trainer.predict(batch)).not.toEqual(before);
    weights.set(untrained);
    expect(trainer.predict(batch)).toEqual(before);
  });

  it('predicts for one sequence the bits that it predicts for it among others', async () => {
    const { trainer } = await newTrainer();
    const batch = randomBatch(8, 6);
    const alone = { ...batch, inputs: batch.inputs.slice(0, 6 * assets) };
    expect([...trainer.predict(alone)]).toEqual([...trainer.predict(batch).subarray(0, 2 * assets)]);
  });
});
