import { type Kernel, type PanelMatrix, tiled } from './kernel.ts';
import { type Columns, gateColumns, LANES, roundUp } from './panels.ts';

/** Of one LSTM layer, row-major as in tfjs; gates in the order input, forget, candidate, output. */
export interface LstmWeights {
  /** (n, 4 units) */
  readonly kernel: Float32Array;
  /** (units, 4 units) */
  readonly recurrent: Float32Array;
  /** (4 units) */
  readonly bias: Float32Array;
}

/** (B, units) each. */
export interface LstmState {
  /** h, the output. */
  readonly hidden: Float32Array;
  /** c */
  readonly cell: Float32Array;
}

/** Weights or their gradients, in the kernel's memory. The columns are the gates. */
interface GateMatrices {
  readonly kernel: PanelMatrix;
  readonly recurrent: PanelMatrix;
  readonly bias: PanelMatrix;
}

/** One LSTM layer in the kernel's memory. */
export interface Layer {
  readonly inputs: number;
  readonly units: number;
  /** Columns of the gates, with padding. */
  readonly width: number;
  readonly columns: Columns;
  readonly weights: GateMatrices;
  readonly gradients: GateMatrices;
  /** (width, n) and (width, units): transposed, for the backward pass. */
  readonly kernelT: PanelMatrix;
  readonly recurrentT: PanelMatrix;
}

function reserveGates(kernel: Kernel, inputs: number, units: number, width: number): GateMatrices {
  return {
    kernel: kernel.reserve(tiled(inputs), width),
    recurrent: kernel.reserve(tiled(units), width),
    bias: kernel.reserve(1, width),
  };
}

export function reserveLayer(kernel: Kernel, inputs: number, units: number): Layer {
  const width = 4 * roundUp(units, LANES);
  return {
    inputs,
    units,
    width,
    columns: gateColumns(units),
    weights: reserveGates(kernel, inputs, units, width),
    gradients: reserveGates(kernel, inputs, units, width),
    kernelT: kernel.reserve(width, inputs),
    recurrentT: kernel.reserve(width, units),
  };
}

export function setWeights(kernel: Kernel, layer: Layer, weights: LstmWeights): void {
  const { inputs, units, columns } = layer;
  const cols = 4 * units;
  const kernelRows = { data: weights.kernel, rows: inputs, cols };
  const recurrentRows = { data: weights.recurrent, rows: units, cols };
  kernel.pack(kernelRows, layer.weights.kernel, columns);
  kernel.pack(recurrentRows, layer.weights.recurrent, columns);
  kernel.pack({ data: weights.bias, rows: 1, cols }, layer.weights.bias, columns);
  kernel.packTransposed(kernelRows, layer.kernelT, columns);
  kernel.packTransposed(recurrentRows, layer.recurrentT, columns);
}

export function clearGradients(kernel: Kernel, { gradients }: Layer): void {
  for (const matrix of [gradients.kernel, gradients.recurrent, gradients.bias]) kernel.clear(matrix);
}

export function getGradients(kernel: Kernel, { inputs, units, columns, gradients }: Layer): LstmWeights {
  function read(matrix: PanelMatrix, rows: number): Float32Array {
    const [cols, data] = [4 * units, new Float32Array(rows * 4 * units)];
    kernel.unpack(matrix, { data, rows, cols }, columns);
    return data;
  }
  return {
    kernel: read(gradients.kernel, inputs),
    recurrent: read(gradients.recurrent, units),
    bias: read(gradients.bias, 1),
  };
}
