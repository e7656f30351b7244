import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../../src/engine/lstm/kernel/load.ts';
import { buildModel, newModel } from '../../../src/engine/lstm/tf-model.ts';
import { readNetwork } from '../../../src/engine/lstm/network.ts';
import { createTrainer } from '../../../src/engine/lstm/trainer.ts';
import { largestDifference, randomNumbers } from '../../support/numbers.ts';
import { wasm } from '../../support/small-model.ts';

const { tf } = wasm;
const [assets, batch, steps] = [3, 10, 6];

describe('createTrainer', () => {
  it.each([
    ['window', 1],
    ['carried', 4],
  ] as const)('takes the steps that tfjs takes with Adam: memory %s, %i output steps', async (memory, outputSteps) => {
    const hyper = { memory, lookBack: steps, units: 5, batch, learningRate: 0.01, maxEpochs: 1 };
    const next = randomNumbers(21);
    const parts = await newModel(tf, assets, hyper, 1);
    const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
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
  });
});
