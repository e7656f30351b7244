import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../../src/engine/lstm/kernel/load.ts';
import { buildModel, newModel } from '../../../src/engine/lstm/model.ts';
import { readNetwork } from '../../../src/engine/lstm/network.ts';
import { createTrainer } from '../../../src/engine/lstm/trainer.ts';
import { largestDifference, randomNumbers } from '../../support/numbers.ts';
import { wasm } from '../../support/small-model.ts';

const { tf } = wasm;
const [assets, batch] = [3, 10];
const hyper = { lookBack: 6, units: 5, batch, learningRate: 0.01, maxEpochs: 1 };

describe('createTrainer', () => {
  it('takes the steps that tfjs takes with Adam and the mean squared error', async () => {
    const next = randomNumbers(21);
    const parts = await newModel(tf, assets, hyper, 1);
    const trainer = createTrainer(await loadKernel(), readNetwork(parts), hyper);
    const stock = buildModel(tf, assets, hyper, 1);
    stock.compile({ optimizer: tf.train.adam(hyper.learningRate), loss: 'meanSquaredError' });
    for (let step = 0; step < 8; step += 1) {
      const [windows, targets] = [next(batch * hyper.lookBack * assets, 2), next(batch * assets, 2)];
      const [x, y] = [tf.tensor3d(windows, [batch, hyper.lookBack, assets]), tf.tensor2d(targets, [batch, assets])];
      const [expected] = [await stock.trainOnBatch(x, y)].flat();
      expect(trainer.step(windows, targets)).toBeCloseTo(expected!, 5);
      const [predictions] = [stock.predict(x)].flat();
      expect(largestDifference(trainer.predict(windows), predictions!.dataSync())).toBeLessThan(1e-4);
    }
    const weights = stock.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
    expect(largestDifference(new Float32Array(parts.weights), weights)).toBeLessThan(1e-4);
    stock.dispose();
  });
});
