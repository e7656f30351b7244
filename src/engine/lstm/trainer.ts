import { createAdam } from './adam.ts';
import { createLstm } from './kernel/lstm.ts';
import type { Sequence } from './kernel/lstm.ts';
import type { Network } from './network.ts';

/** Sequences that pass through the network together, from zero state. */
export interface Reading {
  /** (B, T, n) */
  readonly days: Float32Array;
  /** T */
  readonly steps: number;
  /** S: the predictions after each of the last S steps are asked for. */
  readonly asked: number;
}

/** A network that learns. Each step of tfjs's own costs a millisecond on top of its arithmetic. */
export interface Trainer {
  /**
   * A step of Adam along the gradient of the mean squared error.
   * @param targets (B, S, n)
   * @returns the error before the step
   */
  step(reading: Reading, targets: Float32Array): number;
  /** @returns (B, S, n) */
  predict(reading: Reading): Float32Array;
}

/** @param all (B, T, units). @returns (B, S, units), the last steps' */
const lastOutputs = (all: Float32Array, units: number, { steps, asked }: Reading): Float32Array => {
  const batch = all.length / (steps * units);
  const last = new Float32Array(batch * asked * units);
  for (let b = 0; b < batch; b += 1) {
    last.set(all.subarray(((b + 1) * steps - asked) * units, (b + 1) * steps * units), b * asked * units);
  }
  return last;
};

/** The way back through `lastOutputs`: no loss depends on the steps before. */
const amongAll = (last: Float32Array, units: number, { steps, asked }: Reading): Float32Array => {
  const batch = last.length / (asked * units);
  const all = new Float32Array(batch * steps * units);
  for (let b = 0; b < batch; b += 1) {
    all.set(last.subarray(b * asked * units, (b + 1) * asked * units), ((b + 1) * steps - asked) * units);
  }
  return all;
};

/** The dense layer. @param outputs (B, units). @returns (B, n) */
const predictFrom = ({ assets, units, denseKernel, denseBias }: Network, outputs: Float32Array): Float32Array => {
  const batch = outputs.length / units;
  const predictions = new Float32Array(batch * assets);
  for (let b = 0; b < batch; b += 1) {
    const row = predictions.subarray(b * assets, (b + 1) * assets);
    row.set(denseBias);
    for (let k = 0; k < units; k += 1) {
      const output = outputs[b * units + k]!;
      for (let j = 0; j < assets; j += 1) row[j]! += output * denseKernel[k * assets + j]!;
    }
  }
  return predictions;
};

/** Back through the dense layer. @param errors (B, n): the gradient of the predictions */
const denseGradients = ({ assets, units, denseKernel }: Network, outputs: Float32Array, errors: Float32Array) => {
  const [kernel, bias] = [new Float32Array(units * assets), new Float32Array(assets)];
  const before = new Float32Array(outputs.length);
  for (let b = 0; b < outputs.length / units; b += 1) {
    const row = errors.subarray(b * assets, (b + 1) * assets);
    for (let j = 0; j < assets; j += 1) bias[j]! += row[j]!;
    for (let k = 0; k < units; k += 1) {
      const output = outputs[b * units + k]!;
      let sum = 0;
      for (let j = 0; j < assets; j += 1) {
        kernel[k * assets + j]! += output * row[j]!;
        sum += row[j]! * denseKernel[k * assets + j]!;
      }
      before[b * units + k] = sum;
    }
  }
  return { kernel, bias, outputs: before };
};

/** @returns the mean squared error and its gradient (B, n) */
const meanSquare = (predictions: Float32Array, targets: Float32Array) => {
  let sum = 0;
  const gradient = predictions.map((prediction, i) => {
    const error = prediction - targets[i]!;
    sum += error ** 2;
    return (2 * error) / targets.length;
  });
  return { value: sum / targets.length, gradient };
};

/** @param network whose numbers change with each step */
export const createTrainer = (
  module: WebAssembly.Module,
  network: Network,
  { learningRate }: { readonly learningRate: number },
): Trainer => {
  const { assets, units, lstm: weights, denseKernel, denseBias } = network;
  const lstm = createLstm(module, assets, units);
  const adam = createAdam([weights.kernel, weights.recurrent, weights.bias, denseKernel, denseBias], learningRate);
  const sequence = ({ days, steps, asked }: Reading, keep: boolean) => {
    const batch = days.length / (steps * assets);
    return { weights, x: days, batch, steps, all: asked > 1, keep, initial: undefined };
  };
  const read = (reading: Reading, passed: Sequence): Float32Array => {
    const { all, final } = lstm.forward(passed);
    return all ? lastOutputs(all, units, reading) : final.output;
  };
  return {
    step: (reading, targets) => {
      const passed = sequence(reading, true);
      const outputs = read(reading, passed);
      const error = meanSquare(predictFrom(network, outputs), targets);
      const dense = denseGradients(network, outputs, error.gradient);
      const gradient = passed.all ? amongAll(dense.outputs, units, reading) : dense.outputs;
      const { kernel, recurrent, bias } = lstm.backward(passed, gradient, { x: false });
      adam([kernel, recurrent, bias, dense.kernel, dense.bias]);
      return error.value;
    },
    predict: (reading) => predictFrom(network, read(reading, sequence(reading, false))),
  };
};
