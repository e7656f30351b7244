// The network as plain numbers, for training and for drawing scenarios, without tfjs.
import type { LstmModel } from './lstm-model.ts';
import type { LstmWeights } from './kernel/layer.ts';

/** An LSTM and, on its outputs, a dense layer. Row-major, as in tfjs. */
export interface Network {
  readonly assets: number;
  readonly units: number;
  readonly lstm: LstmWeights;
  /** (units, n) */
  readonly denseKernel: Float32Array;
  /** (n) */
  readonly denseBias: Float32Array;
}

/**
 * Reads the weights of a model made by `buildModel`.
 *
 * @returns views: changing them changes the model's weights
 * @throws Error when the weights are those of another architecture
 */
export function readNetwork({ weightSpecs, weights }: Pick<LstmModel, 'weightSpecs' | 'weights'>): Network {
  let offset = 0;
  const [kernel, recurrent, bias, denseKernel, denseBias] = weightSpecs.map(({ shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    offset += size;
    return new Float32Array(weights, (offset - size) * Float32Array.BYTES_PER_ELEMENT, size);
  });
  if (!kernel || !recurrent || !bias || !denseKernel || !denseBias) {
    throw new Error('The model is not an LSTM and a dense layer.');
  }
  return {
    assets: denseBias.length,
    units: bias.length / 4,
    lstm: { kernel, recurrent, bias },
    denseKernel,
    denseBias,
  };
}

/** The dense layer. @param hidden (B, units). @returns (B, n) predictions */
export function denseForward({ assets, units, denseKernel, denseBias }: Network, hidden: Float32Array): Float32Array {
  const batch = hidden.length / units;
  const predictions = new Float32Array(batch * assets);
  for (let b = 0; b < batch; b += 1) {
    const row = predictions.subarray(b * assets, (b + 1) * assets);
    row.set(denseBias);
    for (let k = 0; k < units; k += 1) {
      const h = hidden[b * units + k]!;
      for (let j = 0; j < assets; j += 1) row[j]! += h * denseKernel[k * assets + j]!;
    }
  }
  return predictions;
}

interface DenseGradients {
  /** (units, n) */
  readonly kernel: Float32Array;
  /** (n) */
  readonly bias: Float32Array;
  /** (B, units) */
  readonly hidden: Float32Array;
}

/** The gradients of the dense layer. @param hidden (B, units). @param gradient (B, n), of the predictions */
export function denseBackward(
  { assets, units, denseKernel }: Network,
  hidden: Float32Array,
  gradient: Float32Array,
): DenseGradients {
  const [kernel, bias] = [new Float32Array(units * assets), new Float32Array(assets)];
  const hiddenGradient = new Float32Array(hidden.length);
  for (let b = 0; b < hidden.length / units; b += 1) {
    const row = gradient.subarray(b * assets, (b + 1) * assets);
    for (let j = 0; j < assets; j += 1) bias[j]! += row[j]!;
    for (let k = 0; k < units; k += 1) {
      const h = hidden[b * units + k]!;
      let sum = 0;
      for (let j = 0; j < assets; j += 1) {
        kernel[k * assets + j]! += h * row[j]!;
        sum += row[j]! * denseKernel[k * assets + j]!;
      }
      hiddenGradient[b * units + k] = sum;
    }
  }
  return { kernel, bias, hidden: hiddenGradient };
}
