// The network as plain numbers: what is trained, and what draws scenarios.
import type { ModelArtefact } from './artefact.ts';
import type { LstmWeights } from './kernel/layer.ts';

/** An LSTM and, on its last outputs, a dense layer. Row-major, as tfjs keeps them. */
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
 * The numbers of an artefact of a model as `buildModel` makes it, without tfjs.
 * @returns views: who changes them changes the artefact's weights
 */
export const readNetwork = ({ weightSpecs, weights }: Pick<ModelArtefact, 'weightSpecs' | 'weights'>): Network => {
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
};
