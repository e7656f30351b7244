import type { LayersModel, Tensor, Tensor3D } from '@tensorflow/tfjs';
import type { Tf } from '../backend.ts';
import { Lstm } from './lstm.ts';

export interface OperationOptions {
  /** Whether the outputs of every step are wanted, or only the last ones. */
  readonly all: boolean;
  /** Whether gradients will be computed. */
  readonly keep: boolean;
  /** Whether x gets a gradient. */
  readonly xGradient: boolean;
}

const numbers = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>();

/**
 * What tfjs's LSTM layer computes, as one operation with a gradient.
 *
 * @param x (B, T, n)
 * @param weights kernel (n, 4 units), recurrent kernel (units, 4 units), bias (4 units)
 * @returns (B, T, units) or, of the last step, (B, units)
 */
export function lstmOperation(
  tf: Tf,
  lstm: Lstm,
  x: Tensor3D,
  [kernel, recurrent, bias]: readonly [Tensor, Tensor, Tensor],
  { all, keep, xGradient }: OperationOptions,
): Tensor {
  const [batch, steps] = x.shape;
  const units = bias.size / 4;
  const operands = [...(xGradient ? [x] : []), kernel, recurrent, bias];
  const operation = tf.customGrad(() => {
    const weights = { kernel: numbers(kernel), recurrent: numbers(recurrent), bias: numbers(bias) };
    const sequence = { x: numbers(x), batch, steps, all, keep, weights, initial: undefined };
    const outputs = lstm.forward(sequence);
    return {
      value: tf.tensor(outputs.all ?? outputs.final.hidden, all ? [batch, steps, units] : [batch, units]),
      gradFunc: (dy: Tensor) => {
        const of = lstm.backward(sequence, numbers(dy), { x: xGradient });
        const gradients = [...(of.x ? [of.x] : []), of.kernel, of.recurrent, of.bias];
        return gradients.map((gradient, i) => tf.tensor(gradient, operands[i]!.shape));
      },
    };
  });
  return operation(...operands);
}

/** The layer configurations that the kernel can compute, as tfjs's `getConfig` gives them. */
const SUPPORTED: Readonly<Record<string, unknown>> = {
  activation: 'tanh',
  recurrentActivation: 'sigmoid',
  useBias: true,
  goBackwards: false,
  stateful: false,
  returnState: false,
  dropout: 0,
  recurrentDropout: 0,
};

type Layer = LayersModel['layers'][number];

function isSupported(layer: Layer): boolean {
  if (layer.getClassName() !== 'LSTM') return false;
  const config = layer.getConfig();
  return Object.entries(SUPPORTED).every(([key, value]) => config[key] === value);
}

function weightsOf(layer: Layer): readonly [Tensor, Tensor, Tensor] {
  const [kernel, recurrent, bias] = layer.getWeights();
  if (!kernel || !recurrent || !bias) throw new Error(`The layer ${layer.name} has not been built.`);
  return [kernel, recurrent, bias];
}

const isSequence = (tensor: Tensor | undefined): tensor is Tensor3D => tensor?.rank === 3;

function replaceCall(tf: Tf, module: WebAssembly.Module, layer: Layer, xGradient: boolean): void {
  const stock = layer.call.bind(layer);
  const [kernel, recurrent] = weightsOf(layer);
  const lstm = new Lstm(module, kernel.shape[0], recurrent.shape[0]);
  const all = layer.getConfig()['returnSequences'] === true;
  layer.call = (inputs, options) => {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!isSequence(x) || options['mask'] || options['initialState']) return stock(inputs, options);
    return lstmOperation(tf, lstm, x, weightsOf(layer), { all, keep: options['training'] === true, xGradient });
  };
}

/**
 * From now on the model's supported LSTM layers compute on the kernel. They remain tfjs's layers, with tfjs's weights.
 * Gradients with respect to the model's own input are no longer available.
 */
export function useKernel(tf: Tf, module: WebAssembly.Module, model: LayersModel): void {
  for (const layer of model.layers.filter(isSupported)) {
    const isFirst = model.inputs.some((input) => input === layer.input);
    replaceCall(tf, module, layer, !isFirst);
  }
}
