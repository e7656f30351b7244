import { createAdam } from './adam.ts';
import { createLstm } from './kernel/lstm.ts';
import type { Network } from './network.ts';

/** A network that learns. Each step of tfjs's own costs a millisecond on top of its arithmetic. */
export interface Trainer {
  /**
   * A step of Adam along the gradient of the mean squared error.
   * @param windows (B, L, n). @param targets (B, n)
   * @returns the error before the step
   */
  step(windows: Float32Array, targets: Float32Array): number;
  /** @param windows (B, L, n). @returns (B, n) */
  predict(windows: Float32Array): Float32Array;
}

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
  { lookBack, learningRate }: { readonly lookBack: number; readonly learningRate: number },
): Trainer => {
  const { assets, units, lstm: weights, denseKernel, denseBias } = network;
  const lstm = createLstm(module, assets, units);
  const adam = createAdam([weights.kernel, weights.recurrent, weights.bias, denseKernel, denseBias], learningRate);
  const sequence = (x: Float32Array, keep: boolean) => {
    const batch = x.length / (lookBack * assets);
    return { weights, x, batch, steps: lookBack, all: false, keep, initial: undefined };
  };
  return {
    step: (windows, targets) => {
      const passed = sequence(windows, true);
      const outputs = lstm.forward(passed).final.output;
      const error = meanSquare(predictFrom(network, outputs), targets);
      const dense = denseGradients(network, outputs, error.gradient);
      const { kernel, recurrent, bias } = lstm.backward(passed, dense.outputs, { x: false });
      adam([kernel, recurrent, bias, dense.kernel, dense.bias]);
      return error.value;
    },
    predict: (windows) => predictFrom(network, lstm.forward(sequence(windows, false)).final.output),
  };
};
