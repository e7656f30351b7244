// How the weights of a stacked LSTM lie in one array, and how they begin.
import { uniforms } from '../random.ts';
import type { StackWeights } from './kernel/stack.ts';

export interface Architecture {
  /** n */
  readonly features: number;
  /** Of each LSTM layer, from the one that reads the inputs up. */
  readonly units: readonly number[];
  /** k */
  readonly outputs: number;
}

/** (n) of each LSTM layer. */
const inputsOf = ({ features, units }: Architecture): readonly number[] => [features, ...units.slice(0, -1)];

const lastUnits = ({ units }: Architecture): number => units.at(-1)!;

export function countWeights(architecture: Architecture): number {
  const inputs = inputsOf(architecture);
  const lstms = architecture.units.reduce((sum, count, at) => sum + 4 * count * (inputs[at]! + count + 1), 0);
  return lstms + (lastUnits(architecture) + 1) * architecture.outputs;
}

/**
 * Of each LSTM layer from the bottom up the kernel (n, 4 units), the recurrent kernel (units, 4 units) and the bias
 * (4 units), gates in the order input, forget, candidate, output; then the dense layer's kernel (units, k) and bias (k).
 * Row-major.
 *
 * @returns views of the array
 */
export function viewWeights(architecture: Architecture, weights: Float32Array): StackWeights {
  let offset = 0;
  const take = (length: number) => weights.subarray(offset, (offset += length));
  const inputs = inputsOf(architecture);
  const lstms = architecture.units.map((count, at) => ({
    kernel: take(inputs[at]! * 4 * count),
    recurrent: take(count * 4 * count),
    bias: take(4 * count),
  }));
  const { outputs } = architecture;
  return { lstms, denseKernel: take(lastUnits(architecture) * outputs), denseBias: take(outputs) };
}

/**
 * PyTorch's: all weights of a layer uniform on ±1/√units, of the dense layer too; an LSTM's bias is the sum of two such
 * numbers, because PyTorch has two biases.
 */
export function initialWeights(architecture: Architecture, seed: number): Float32Array {
  const weights = new Float32Array(countWeights(architecture));
  const next = uniforms(seed, 'stacked weights');
  const add = (into: Float32Array, units: number) => {
    const bound = 1 / Math.sqrt(units);
    for (let i = 0; i < into.length; i += 1) into[i]! += (2 * next() - 1) * bound;
  };
  const { lstms, denseKernel, denseBias } = viewWeights(architecture, weights);
  lstms.forEach(({ kernel, recurrent, bias }, at) => {
    for (const one of [kernel, recurrent, bias, bias]) add(one, architecture.units[at]!);
  });
  for (const one of [denseKernel, denseBias]) add(one, lastUnits(architecture));
  return weights;
}
