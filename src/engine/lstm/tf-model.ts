import type { io, LayersModel, Tensor, Tensor3D } from '@tensorflow/tfjs';
import { subSeed } from '../random.ts';
import type { Tf } from './backend.ts';
import type { Hyper, LstmModel } from './lstm-model.ts';

/**
 * f_θ: (B, L, n) standardised returns → (B, n), those of the next day ("Generative LSTM + CVaR", section 3). With a
 * carried state (B, T, n) → (B, T, n): after each day those of the next.
 *
 * The gates are logistic ("Portfolio Management Strategy Based on LSTM", section 2.2, equation 2), as in PyTorch;
 * tfjs's default is piecewise linear. Kernels are initialised uniformly (Glorot), close to PyTorch's ±1/√units.
 */
export function buildModel(tf: Tf, assets: number, hyper: Hyper, seed: number): LayersModel {
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
}

/** @param days (B, L, n), or (B, T, n) with a carried state. @returns (B, n), or (B, T, n) */
export function predict(model: LayersModel, days: Tensor3D): Tensor {
  const [prediction] = [model.predictOnBatch(days)].flat();
  if (!prediction) throw new Error('The model has no output.');
  return prediction;
}

/** The parts of a model that tfjs defines. */
type ModelParts = Pick<LstmModel, 'topology' | 'weightSpecs' | 'weights'>;

export async function exportModel(tf: Tf, model: LayersModel): Promise<ModelParts> {
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
}

/** An untrained model, exported. */
export async function newModel(tf: Tf, assets: number, hyper: Hyper, seed: number): Promise<ModelParts> {
  const model = buildModel(tf, assets, hyper, seed);
  const parts = await exportModel(tf, model);
  model.dispose();
  return parts;
}

/** The model as tfjs's own, which the caller must dispose of. */
export function loadModel(tf: Tf, { topology, weightSpecs, weights }: LstmModel): Promise<LayersModel> {
  return tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology: topology, weightSpecs: [...weightSpecs], weightData: weights }),
  );
}
