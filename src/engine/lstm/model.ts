import type { io, LayersModel, Tensor, Tensor3D } from '@tensorflow/tfjs';
import { subSeed } from '../random.ts';
import type { Tf } from './backend.ts';
import type { Hyper, ModelArtefact } from './artefact.ts';
import type { Block } from './blocks.ts';
import type { LstmWeights } from './kernel/layer.ts';

/**
 * f_θ: (·, L, n) standardised returns → (·, n), the next day's; seed 000, section 3. With a carried state
 * (·, T, n) → (·, T, n): after each day the next one's.
 *
 * The gates are logistic, as in PyTorch's LSTM and in the paper; tfjs's own default is a piecewise
 * linear one. Kernels start uniform (Glorot), close to PyTorch's ±1/√units.
 */
export const buildModel = (tf: Tf, assets: number, hyper: Hyper, seed: number): LayersModel => {
  const kernel = (use: string) => tf.initializers.glorotUniform({ seed: subSeed(seed, use) });
  const isCarried = hyper.memory === 'carried';
  const lstm = tf.layers.lstm({
    name: 'lstm',
    inputShape: [isCarried ? null : hyper.lookBack, assets],
    returnSequences: isCarried,
    units: hyper.units,
    recurrentActivation: 'sigmoid',
    kernelInitializer: kernel('kernel'),
    recurrentInitializer: kernel('recurrent kernel'),
  });
  const dense = tf.layers.dense({ name: 'dense', units: assets, kernelInitializer: kernel('dense kernel') });
  return tf.sequential({ name: 'tailcap', layers: [lstm, dense] });
};

/** The numbers of a trained model, row-major; gates in the order input, forget, candidate, output. */
export interface Network {
  readonly assets: number;
  readonly units: number;
  readonly lstm: LstmWeights;
  /** (units, n) */
  readonly denseKernel: Float32Array;
  /** (n) */
  readonly denseBias: Float32Array;
}

/** What an artefact holds, without tfjs. @param artefact of a model as `buildModel` makes it */
export const readNetwork = ({ weightSpecs, weights }: ModelArtefact): Network => {
  let offset = 0;
  const [kernel, recurrent, bias, denseKernel, denseBias] = weightSpecs.map(({ shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    offset += size;
    return new Float32Array(weights, (offset - size) * Float32Array.BYTES_PER_ELEMENT, size);
  });
  if (!kernel || !recurrent || !bias || !denseKernel || !denseBias)
    throw new Error('The model is not an LSTM and a dense layer.');
  return {
    assets: denseBias.length,
    units: bias.length / 4,
    lstm: { kernel, recurrent, bias },
    denseKernel,
    denseBias,
  };
};

/** (T, n) standardised returns. */
export interface Series {
  readonly data: Float32Array;
  readonly cols: number;
}

/** @param days (B, L, n), or (B, T, n) with a carried state. @returns (B, n), or (B, T, n) */
export const predict = (model: LayersModel, days: Tensor3D): Tensor => {
  const [prediction] = [model.predictOnBatch(days)].flat();
  if (!prediction) throw new Error('The model has no output.');
  return prediction;
};

/** The parts of an artefact that are tfjs's own. */
export const exportModel = async (
  tf: Tf,
  model: LayersModel,
): Promise<Pick<ModelArtefact, 'topology' | 'weightSpecs' | 'weights'>> => {
  const saved: io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved.push(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const { modelTopology, weightSpecs, weightData } = saved[0]!;
  if (!modelTopology || !weightSpecs || !weightData) throw new Error('tfjs gave an incomplete model.');
  return { topology: modelTopology, weightSpecs, weights: tf.io.CompositeArrayBuffer.join(weightData) };
};

/** The stock tfjs model of an artefact; the caller disposes of it. */
export const loadModel = (tf: Tf, { topology, weightSpecs, weights }: ModelArtefact): Promise<LayersModel> =>
  tf.loadLayersModel(tf.io.fromMemory({ modelTopology: topology, weightSpecs: [...weightSpecs], weightData: weights }));

/**
 * The windows that end just before the days `from` … `to` − 1.
 * @returns (to − from, L, n)
 */
export const windowsBefore = (tf: Tf, { data, cols }: Series, { from, to }: Block, lookBack: number): Tensor3D => {
  const windows = new Float32Array((to - from) * lookBack * cols);
  for (let day = from; day < to; day += 1) {
    windows.set(data.subarray((day - lookBack) * cols, day * cols), (day - from) * lookBack * cols);
  }
  return tf.tensor3d(windows, [to - from, lookBack, cols]);
};
