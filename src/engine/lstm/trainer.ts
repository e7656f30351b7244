import { Lstm, type Sequence } from './kernel/lstm.ts';
import { denseBackward, denseForward, type Network } from './network.ts';

/** Sequences that the network reads from zero state. */
export interface SequenceBatch {
  /** (B, T, n) */
  readonly inputs: Float32Array;
  /** T */
  readonly steps: number;
  /** S: predictions are made after each of the last S steps. */
  readonly outputSteps: number;
}

/** A network under training. tfjs's own training spends a millisecond per step on top of its arithmetic. */
export interface Trainer {
  /**
   * Makes one step of Adam along the gradient of the mean squared error.
   *
   * @param targets (B, S, n)
   * @returns the error before the step
   */
  step(batch: SequenceBatch, targets: Float32Array): number;
  /** @returns (B, S, n) */
  predict(batch: SequenceBatch): Float32Array;
}

/** @param all (B, T, units). @returns (B, S, units), of the last S steps */
function takeLastSteps(all: Float32Array, units: number, { steps, outputSteps }: SequenceBatch): Float32Array {
  const batch = all.length / (steps * units);
  const last = new Float32Array(batch * outputSteps * units);
  for (let b = 0; b < batch; b += 1) {
    const from = ((b + 1) * steps - outputSteps) * units;
    last.set(all.subarray(from, (b + 1) * steps * units), b * outputSteps * units);
  }
  return last;
}

/** The gradient of `takeLastSteps`: 0 for the earlier steps, on which no loss depends. */
function padEarlierSteps(last: Float32Array, units: number, { steps, outputSteps }: SequenceBatch): Float32Array {
  const batch = last.length / (outputSteps * units);
  const all = new Float32Array(batch * steps * units);
  for (let b = 0; b < batch; b += 1) {
    const rows = last.subarray(b * outputSteps * units, (b + 1) * outputSteps * units);
    all.set(rows, ((b + 1) * steps - outputSteps) * units);
  }
  return all;
}

/** @returns the mean squared error, and its gradient (B, n) with respect to the predictions */
function meanSquaredError(predictions: Float32Array, targets: Float32Array) {
  let sum = 0;
  const gradient = predictions.map((prediction, i) => {
    const error = prediction - targets[i]!;
    sum += error ** 2;
    return (2 * error) / targets.length;
  });
  return { value: sum / targets.length, gradient };
}

/** tfjs's constants. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-7];

/**
 * Adam (Kingma and Ba, 2015).
 *
 * @returns a step, which changes the parameters in place, given their gradients in the same order
 */
function createAdam(
  parameters: readonly Float32Array[],
  learningRate: number,
): (gradients: readonly Float32Array[]) => void {
  const moments = parameters.map(({ length }) => [new Float32Array(length), new Float32Array(length)] as const);
  let steps = 0;
  return (gradients) => {
    steps += 1;
    const [correction1, correction2] = [1 / (1 - BETA1 ** steps), 1 / (1 - BETA2 ** steps)];
    parameters.forEach((parameter, i) => {
      const [gradient, [first, second]] = [gradients[i]!, moments[i]!];
      for (let k = 0; k < parameter.length; k += 1) {
        const slope = gradient[k]!;
        first[k] = BETA1 * first[k]! + (1 - BETA1) * slope;
        second[k] = BETA2 * second[k]! + (1 - BETA2) * slope * slope;
        parameter[k]! -= (learningRate * correction1 * first[k]!) / (Math.sqrt(correction2 * second[k]!) + EPSILON);
      }
    });
  };
}

/** @param network its weights change in place with each step */
export function createTrainer(
  module: WebAssembly.Module,
  network: Network,
  { learningRate }: { readonly learningRate: number },
): Trainer {
  const { assets, units, lstm: weights, denseKernel, denseBias } = network;
  const lstm = new Lstm(module, assets, units);
  const adam = createAdam([weights.kernel, weights.recurrent, weights.bias, denseKernel, denseBias], learningRate);
  function sequenceOf({ inputs, steps, outputSteps }: SequenceBatch, keep: boolean): Sequence {
    const batch = inputs.length / (steps * assets);
    return { weights, x: inputs, batch, steps, all: outputSteps > 1, keep, initial: undefined };
  }
  function hiddenOf(batch: SequenceBatch, sequence: Sequence): Float32Array {
    const { all, final } = lstm.forward(sequence);
    return all ? takeLastSteps(all, units, batch) : final.hidden;
  }
  return {
    step(batch, targets) {
      const sequence = sequenceOf(batch, true);
      const hidden = hiddenOf(batch, sequence);
      const error = meanSquaredError(denseForward(network, hidden), targets);
      const dense = denseBackward(network, hidden, error.gradient);
      const gradient = sequence.all ? padEarlierSteps(dense.hidden, units, batch) : dense.hidden;
      const { kernel, recurrent, bias } = lstm.backward(sequence, gradient, { x: false });
      adam([kernel, recurrent, bias, dense.kernel, dense.bias]);
      return error.value;
    },
    predict: (batch) => denseForward(network, hiddenOf(batch, sequenceOf(batch, false))),
  };
}
