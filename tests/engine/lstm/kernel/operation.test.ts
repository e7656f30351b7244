import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../../../src/engine/lstm/kernel/load.ts';
import { Lstm } from '../../../../src/engine/lstm/kernel/lstm.ts';
import { lstmOperation, useKernel } from '../../../../src/engine/lstm/kernel/operation.ts';
import { exportModel } from '../../../../src/engine/lstm/tf-model.ts';
import { largestDifference, randomNumbers } from '../../../support/numbers.ts';
import { wasm } from '../../../support/small-model.ts';

const { tf } = wasm;
const module = await loadKernel();

const [STEPS, INPUTS] = [6, 3];

/** Two LSTM layers and a dense one. */
const stacked = (options: { readonly recurrentActivation?: 'sigmoid' | 'hardSigmoid' } = {}): LayersModel => {
  const common = {
    recurrentActivation: 'sigmoid',
    recurrentInitializer: tf.initializers.glorotUniform({ seed: 1 }),
    ...options,
  } as const;
  const model = tf.sequential({
    layers: [
      tf.layers.lstm({
        ...common,
        units: 5,
        returnSequences: true,
        inputShape: [STEPS, INPUTS],
        kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
      }),
      tf.layers.lstm({ ...common, units: 9, kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) }),
      tf.layers.dense({ units: 2, kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }) }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  return model;
};

const next = randomNumbers(7);
const x = tf.tensor3d(next(20 * STEPS * INPUTS, 2), [20, STEPS, INPUTS]);
const y = tf.tensor2d(next(20 * 2), [20, 2]);

const predict = (model: LayersModel): Float32Array => [model.predict(x)].flat()[0]!.dataSync<'float32'>();
const weightsOf = (model: LayersModel): number[] =>
  model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

describe('useKernel', () => {
  it.each(['relaxed', 'plain'] as const)(
    'predicts and learns as the stock layers do, stacked, on the %s kernel',
    async (twin) => {
      const [ours, stock] = [stacked(), stacked()];
      useKernel(tf, await loadKernel(twin), ours);
      expect(largestDifference(predict(ours), predict(stock))).toBeLessThan(1e-5);
      const before = weightsOf(ours);
      for (let step = 0; step < 5; step += 1) {
        await ours.trainOnBatch(x, y);
        await stock.trainOnBatch(x, y);
      }
      expect(largestDifference(weightsOf(ours), weightsOf(stock))).toBeLessThan(1e-5);
      expect(largestDifference(weightsOf(ours), before)).toBeGreaterThan(1e-3);
    },
  );

  it('leaves a model that stock tfjs loads and runs', async () => {
    const ours = stacked();
    useKernel(tf, module, ours);
    await ours.trainOnBatch(x, y);
    const { topology, weightSpecs, weights } = await exportModel(tf, ours);
    expect(JSON.stringify(topology)).toContain('"class_name":"LSTM"');
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({ modelTopology: topology, weightSpecs: [...weightSpecs], weightData: weights }),
    );
    expect(largestDifference(predict(loaded), predict(ours))).toBeLessThan(1e-5);
  });

  it('leaves to tfjs what it cannot compute', () => {
    const [ours, stock] = [
      stacked({ recurrentActivation: 'hardSigmoid' }),
      stacked({ recurrentActivation: 'hardSigmoid' }),
    ];
    useKernel(tf, module, ours);
    expect(predict(ours)).toEqual(predict(stock));
    expect(largestDifference(predict(ours), predict(stacked()))).toBeGreaterThan(1e-4);
  });

  it('leaves no tensor behind', async () => {
    const model = stacked();
    useKernel(tf, module, model);
    await model.trainOnBatch(x, y);
    const before = tf.memory().numTensors;
    await model.trainOnBatch(x, y);
    predict(model);
    expect(tf.memory().numTensors).toBe(before + 1); // the prediction
  });
});

describe('lstmOperation', () => {
  it('has gradients when its layer is used twice in one graph', () => {
    const lstm = new Lstm(module, INPUTS, 4);
    const kernel = tf.tensor(next(INPUTS * 16), [INPUTS, 16]);
    const [recurrent, bias] = [tf.tensor(next(64), [4, 16]), tf.tensor1d(next(16))];
    const run = (input: Tensor, k: Tensor) =>
      lstmOperation(tf, lstm, input.as3D(20, STEPS, INPUTS), [k, recurrent, bias], {
        all: true,
        keep: true,
        xGradient: true,
      }).sum();
    const gradient = (loss: (k: Tensor) => Tensor) =>
      tf
        .grad((k) => loss(k).asScalar())(kernel)
        .dataSync();
    const both = gradient((k) => run(x, k).add(run(x.mul(2), k)));
    const [first, second] = [gradient((k) => run(x, k)), gradient((k) => run(x.mul(2), k))];
    expect(
      largestDifference(
        both,
        first.map((value, i) => value + second[i]!),
      ),
    ).toBeLessThan(1e-4);
  });
});
