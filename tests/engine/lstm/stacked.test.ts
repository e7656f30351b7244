import type { LayersModel } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../../src/engine/lstm/kernel/load.ts';
import { Stack } from '../../../src/engine/lstm/kernel/stack.ts';
import { initialWeights, viewWeights } from '../../../src/engine/lstm/stacked-weights.ts';
import { predictStacked, type StackedHyper, trainStacked, type Windows } from '../../../src/engine/lstm/stacked.ts';
import type { Progress } from '../../../src/engine/types.ts';
import { largestDifference, randomNumbers } from '../../support/numbers.ts';
import { referenceOutputs } from '../../support/reference-lstm.ts';
import { wasm } from '../../support/small-model.ts';

const { tf } = wasm;
const architecture = { features: 3, units: [5, 9, 4], outputs: 2 };
const [steps, learningRate] = [6, 0.01];

const newStack = async (twin?: 'relaxed' | 'plain') => {
  const weights = initialWeights(architecture, 1);
  const stack = new Stack(await loadKernel(twin), { ...architecture, inputs: architecture.features, learningRate });
  stack.set(viewWeights(architecture, weights));
  return { stack, weights };
};

/** The same network of tfjs's own layers. */
const stockModel = (weights: Float32Array): LayersModel => {
  const { features, units, outputs } = architecture;
  const layers = units.map((count, at) =>
    tf.layers.lstm({
      units: count,
      recurrentActivation: 'sigmoid',
      recurrentInitializer: 'zeros',
      returnSequences: at < units.length - 1,
      ...(at === 0 && { inputShape: [steps, features] }),
    }),
  );
  const model = tf.sequential({ layers: [...layers, tf.layers.dense({ units: outputs })] });
  const { lstms, denseKernel, denseBias } = viewWeights(architecture, weights);
  const arrays = [...lstms.flatMap((one) => [one.kernel, one.recurrent, one.bias]), denseKernel, denseBias];
  model.setWeights(model.getWeights().map((old, i) => tf.tensor(arrays[i]!, old.shape)));
  model.compile({ optimizer: tf.train.adam(learningRate), loss: 'meanSquaredError' });
  return model;
};

/** The loss in float64, of the textbook's layers. */
const referenceLoss = (weights: Float64Array, inputs: Float32Array, targets: Float32Array): number => {
  const { features, outputs } = architecture;
  const positions = viewWeights(architecture, Float32Array.from(weights.keys()));
  const at = (view: Float32Array) => Float64Array.from(view, (position) => weights[position]!);
  const [denseKernel, denseBias] = [at(positions.denseKernel), at(positions.denseBias)];
  const lstms = positions.lstms.map((one) => ({
    kernel: at(one.kernel),
    recurrent: at(one.recurrent),
    bias: at(one.bias),
    hidden: new Float64Array(one.bias.length / 4),
    cell: new Float64Array(one.bias.length / 4),
  }));
  let sum = 0;
  for (let b = 0; b < targets.length / outputs; b += 1) {
    let x = Float64Array.from(inputs.subarray(b * steps * features, (b + 1) * steps * features));
    for (const lstm of lstms) x = Float64Array.from(referenceOutputs({ x, ...lstm }, 0, steps).flat());
    const last = x.subarray(-architecture.units.at(-1)!);
    for (let k = 0; k < outputs; k += 1) {
      const predicted = last.reduce((total, h, j) => total + h * denseKernel[j * outputs + k]!, denseBias[k]!);
      sum += (predicted - targets[b * outputs + k]!) ** 2;
    }
  }
  return sum / targets.length;
};

describe('Stack', () => {
  // 1 row needs no padding; 100 are two passes.
  it.each([
    [1, 'relaxed'],
    [10, 'relaxed'],
    [100, 'relaxed'],
    [10, 'plain'],
  ] as const)("takes the steps that tfjs's layers take with Adam: batch %i, the %s kernel", async (batch, twin) => {
    const { stack, weights } = await newStack(twin);
    const stock = stockModel(weights);
    const next = randomNumbers(21);
    for (let step = 0; step < 8; step += 1) {
      const [inputs, targets] = [next(batch * steps * 3, 2), next(batch * 2)];
      const [x, y] = [tf.tensor3d(inputs, [batch, steps, 3]), tf.tensor2d(targets, [batch, 2])];
      const [expected] = [await stock.trainOnBatch(x, y)].flat();
      const sequences = { inputs, steps, outputSteps: 1 };
      expect(stack.step(sequences, targets)).toBeCloseTo(expected!, 5);
      const [predictions] = [stock.predict(x)].flat();
      expect(largestDifference(stack.predict(sequences), predictions!.dataSync())).toBeLessThan(1e-4);
    }
    stack.get(viewWeights(architecture, weights));
    const expected = stock.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
    expect(largestDifference(weights, expected)).toBeLessThan(1e-4);
    expect(largestDifference(weights, initialWeights(architecture, 1))).toBeGreaterThan(0.01);
    stock.dispose();
  });

  it('moves every weight against the slope that finite differences give', async () => {
    const { stack, weights } = await newStack();
    const next = randomNumbers(5);
    const [inputs, targets] = [next(3 * steps * 3, 2), next(3 * 2, 3)];
    const before = Float64Array.from(weights);
    const slopes = Array.from(before, (weight, i) => {
      const lossWith = (change: number) => referenceLoss(before.with(i, weight + change), inputs, targets);
      return (lossWith(1e-5) - lossWith(-1e-5)) / 2e-5;
    });
    expect(stack.step({ inputs, steps, outputSteps: 1 }, targets)).toBeCloseTo(
      referenceLoss(before, inputs, targets),
      4,
    );
    stack.get(viewWeights(architecture, weights));
    // Adam's first step: the learning rate, against the sign of the slope.
    const steep = slopes.flatMap((slope, i) => (Math.abs(slope) > 1e-5 ? [i] : []));
    expect(steep.length).toBeGreaterThan(0.9 * slopes.length);
    for (const i of steep) expect((weights[i]! - before[i]!) / -learningRate).toBeCloseTo(Math.sign(slopes[i]!), 1);
  });
});

const now = () => 0;
const hyper: StackedHyper = { units: [6, 6], batch: 16, learningRate: 0.01, maxEpochs: 12 };

/** Windows of an autoregression, standard deviation 1, of which 0.6 × the last value can be known. */
const autoregression = (count: number, seed: number): Windows => {
  const next = randomNumbers(seed);
  const series = [...next(count + 8, Math.sqrt(3 * (1 - 0.6 ** 2)))];
  for (let t = 1; t < series.length; t += 1) series[t]! += 0.6 * series[t - 1]!;
  const inputs = Array.from({ length: count }, (_, i) => series.slice(i, i + 8)).flat();
  return {
    inputs: Float32Array.from(inputs),
    targets: Float32Array.from(series.slice(8)),
    steps: 8,
    features: 1,
    outputs: 1,
  };
};

const training = autoregression(300, 3);
const validation = autoregression(90, 4);

const meanSquare = (values: Float32Array, other?: Float32Array): number =>
  values.reduce((sum, value, i) => sum + (value - (other?.[i] ?? 0)) ** 2, 0) / values.length;

describe('trainStacked', () => {
  it('learns what can be known of an autoregression, and no more', async () => {
    const model = await trainStacked(training, { hyper, seed: 1, now });
    const predictions = await predictStacked(model, validation.inputs, validation.steps);
    const skill = 1 - meanSquare(validation.targets, predictions) / meanSquare(validation.targets);
    expect(skill).toBeGreaterThan(0.25);
    expect(skill).toBeLessThan(0.5);
    const { byEpoch, ...losses } = model.losses;
    expect(losses).toEqual({ training: byEpoch.at(-1), epochs: 12, bestEpoch: 12 });
    expect(byEpoch).toHaveLength(12);
    expect(byEpoch.at(-1)).toBeLessThan(0.75 * byEpoch[0]!);
  });

  it('gives the same bits for the same seed, and others for another', async () => {
    const options = { hyper: { ...hyper, maxEpochs: 2 }, now };
    const train = (seed: number) => trainStacked(training, { ...options, seed });
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect((await train(2)).weights).not.toEqual(first.weights);
  });

  it('keeps the best weights by the validation windows, and stops when they get no better', async () => {
    const reports: Progress[] = [];
    const model = await trainStacked(autoregression(40, 5), {
      validation,
      hyper: { ...hyper, learningRate: 0.05, patience: 3, maxEpochs: 200 },
      seed: 1,
      now: () => 1000 * reports.length,
      onProgress: (progress) => reports.push(progress),
    });
    const { epochs, bestEpoch, byEpoch, validation: loss, training: trainingLoss } = model.losses;
    expect(epochs).toBe(bestEpoch + 3);
    expect(byEpoch).toHaveLength(epochs);
    expect(trainingLoss).toBe(byEpoch[bestEpoch - 1]);
    expect(meanSquare(validation.targets, await predictStacked(model, validation.inputs, 8))).toBeCloseTo(loss!, 6);
    expect(reports).toHaveLength(epochs);
    expect(reports.at(-1)).toMatchObject({ stage: 'training', done: 1, secondsLeft: 0 });
    expect(reports[bestEpoch - 1]!.detail).toBe(
      `epoch ${bestEpoch} of at most 200, validation loss ${loss!.toFixed(3)}`,
    );
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('Enough.'));
    const run = trainStacked(training, { hyper, seed: 1, now, onProgress, signal: abort.signal });
    await expect(run).rejects.toThrow('Enough.');
  });

  it('refuses what it cannot learn from', async () => {
    const train = (change: Partial<Windows>, options: Partial<Parameters<typeof trainStacked>[1]> = {}) =>
      trainStacked({ ...training, ...change }, { hyper, seed: 1, now, ...options });
    const { inputs, targets } = training;
    await expect(train({ inputs: inputs.with(5, Number.NaN) })).rejects.toThrow(
      'The training inputs must be finite numbers; number 5 is NaN.',
    );
    await expect(train({ targets: targets.with(0, Infinity) })).rejects.toThrow(
      'The training targets must be finite numbers; number 0 is Infinity.',
    );
    await expect(train({ targets: targets.slice(1) })).rejects.toThrow(
      'The training targets must be 300 numbers; there are 299.',
    );
    await expect(train({ inputs: inputs.slice(1) })).rejects.toThrow(
      'The training inputs must be 2400 numbers; there are 2399.',
    );
    await expect(train({ inputs: inputs.slice(0, 0) })).rejects.toThrow(
      'The training inputs must be some numbers; there are 0.',
    );
    await expect(train({}, { validation: { ...validation, targets } })).rejects.toThrow(
      'The validation targets must be 90 numbers; there are 300.',
    );
    await expect(train({}, { validation: { ...validation, features: 2 } })).rejects.toThrow('must have 1 features');
    await expect(train({}, { hyper: { ...hyper, patience: 3 } })).rejects.toThrow('Patience needs validation windows');
    await expect(train({}, { hyper: { ...hyper, units: [] } })).rejects.toThrow('at least one layer');
    await expect(train({}, { hyper: { ...hyper, learningRate: 1e38 } })).rejects.toThrow(
      'learning rate 1e+38 is too large',
    );
  });
});

describe('predictStacked', () => {
  it('predicts for a window the bits that it predicts for it among many', async () => {
    const model = await trainStacked(training, { hyper: { ...hyper, maxEpochs: 1 }, seed: 1, now });
    const many = autoregression(1000, 9);
    const all = await predictStacked(model, many.inputs, 8);
    expect(all).toHaveLength(1000);
    for (const i of [0, 500, 999]) {
      expect([...(await predictStacked(model, many.inputs.slice(8 * i, 8 * i + 8), 8))]).toEqual([all[i]]);
    }
    await expect(predictStacked(model, many.inputs.slice(1), 8)).rejects.toThrow(
      'The inputs must be 8000 numbers; there are 7999.',
    );
  });
});
