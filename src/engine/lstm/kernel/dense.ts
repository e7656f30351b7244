import type { Kernel } from './kernel.ts';
import { type PanelMatrix, tiled } from './matrix.ts';

/** Of a dense layer, row-major as in tfjs. */
export interface DenseWeights {
  /** (units, n) */
  readonly denseKernel: Float32Array;
  /** (n) */
  readonly denseBias: Float32Array;
}

/** Weights or their gradients, in the kernel's memory. */
interface DenseMatrices {
  readonly kernel: PanelMatrix;
  readonly bias: PanelMatrix;
}

/** A dense layer in the kernel's memory. */
export interface Dense {
  readonly units: number;
  readonly outputs: number;
  readonly weights: DenseMatrices;
  readonly gradients: DenseMatrices;
  /** (n, units): transposed, for the backward pass. */
  readonly kernelT: PanelMatrix;
}

export function reserveDense(kernel: Kernel, units: number, outputs: number): Dense {
  const reserve = () => ({ kernel: kernel.reserve(tiled(units), outputs), bias: kernel.reserve(1, outputs) });
  return { units, outputs, weights: reserve(), gradients: reserve(), kernelT: kernel.reserve(outputs, units) };
}

const rowsOf = ({ units, outputs }: Dense, { denseKernel, denseBias }: DenseWeights) => ({
  kernel: { data: denseKernel, rows: units, cols: outputs },
  bias: { data: denseBias, rows: 1, cols: outputs },
});

export function setDense(kernel: Kernel, dense: Dense, weights: DenseWeights): void {
  const rows = rowsOf(dense, weights);
  kernel.pack(rows.kernel, dense.weights.kernel);
  kernel.pack(rows.bias, dense.weights.bias);
}

/** What only a backward pass needs, of the weights as they are. */
export function transposeDense(kernel: Kernel, { units, outputs, weights, kernelT }: Dense): void {
  kernel.transpose(weights.kernel, units, outputs, kernelT);
}

/** Reads the weights into the arrays. */
export function getDense(kernel: Kernel, dense: Dense, into: DenseWeights): void {
  const rows = rowsOf(dense, into);
  kernel.unpack(dense.weights.kernel, rows.kernel);
  kernel.unpack(dense.weights.bias, rows.bias);
}
