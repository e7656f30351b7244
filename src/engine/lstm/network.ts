// The network as plain numbers, for training and for drawing scenarios, without tfjs.
import type { LstmModel } from './lstm-model.ts';
import type { DenseWeights } from './kernel/dense.ts';
import type { LstmWeights } from './kernel/layer.ts';

/** An LSTM and, on its outputs, a dense layer. Row-major, as in tfjs. */
export interface Network extends DenseWeights {
  readonly assets: number;
  readonly units: number;
  readonly lstm: LstmWeights;
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
