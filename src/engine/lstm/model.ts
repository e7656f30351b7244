import type { io, LayersModel, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { subSeed } from '../random.ts';
import type { Tf } from './backend.ts';
import type { Hyper, ModelArtefact } from './artefact.ts';

/**
 * f_θ: (·, L, n) standardised returns → (·, n), the next day's; seed 000, section 3.
 *
 * The gates are logistic, as in PyTorch's LSTM and in the paper; tfjs's own default is a piecewise
 * linear one. Kernels start uniform (Glorot), close to PyTorch's ±1/√units.
 */
export const buildModel = (tf: Tf, assets: number, hyper: Hyper, seed: number): LayersModel => {
  const kernel = (use: string) => tf.initializers.glorotUniform({ seed: subSeed(seed, use) });
  const lstm = tf.layers.lstm({
    name: 'lstm',
    inputShape: [hyper.lookBack, assets],
    units: hyper.units,
    recurrentActivation: 'sigmoid',
    kernelInitializer: kernel('kernel'),
    recurrentInitializer: kernel('recurrent kernel'),
  });
  const dense = tf.layers.dense({ name: 'dense', units: assets, kernelInitializer: kernel('dense kernel') });
  return tf.sequential({ name: 'tailcap', layers: [lstm, dense] });
};

/** The model's own tensors, gates in the order input, forget, candidate, output. */
export const weightsOf = (model: LayersModel) => {
  const [kernel, recurrent, bias, denseKernel, denseBias] = model.getWeights();
  if (!kernel || !recurrent || !bias || !denseKernel || !denseBias)
    throw new Error('The model is not an LSTM and a dense layer.');
  return { kernel, recurrent, bias, denseKernel, denseBias };
};

/** @param windows (B, L, n). @returns (B, n) */
export const predict = (model: LayersModel, windows: Tensor3D): Tensor => {
  const [prediction] = [model.predictOnBatch(windows)].flat();
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
 * @param series (T, n) standardised returns
 * @returns (to − from, L, n)
 */
export const windowsBefore = (tf: Tf, series: Tensor2D, from: number, to: number, lookBack: number): Tensor3D =>
  tf.tidy(() => {
    const days = Int32Array.from({ length: (to - from) * lookBack }, (_, k) => {
      const window = Math.floor(k / lookBack);
      return from + window - lookBack + (k % lookBack);
    });
    return tf.gather(series, tf.tensor1d(days, 'int32')).reshape([to - from, lookBack, series.shape[1]]);
  });
