import { tiled } from './wasm.ts';
import type { Block, Wasm } from './wasm.ts';
import { gateColumns, LANES, roundUp } from './panels.ts';
import type { Columns } from './panels.ts';

/** Of one LSTM layer, row-major as tfjs keeps them; gates in the order input, forget, candidate, output. */
export interface LstmWeights {
  /** (n, 4 units) */
  readonly kernel: Float32Array;
  /** (units, 4 units) */
  readonly recurrent: Float32Array;
  /** (4 units) */
  readonly bias: Float32Array;
}

/** Weights, or their gradients, in the kernel's memory; their columns are the gates'. */
interface GateBlocks {
  readonly kernel: Block;
  readonly recurrent: Block;
  readonly bias: Block;
}

export interface Layer {
  readonly inputs: number;
  readonly units: number;
  /** Columns of the gates, with padding. */
  readonly width: number;
  readonly columns: Columns;
  readonly weights: GateBlocks;
  readonly gradients: GateBlocks;
  /** (width, n) and (width, units): transposed, for the way back. */
  readonly kernelT: Block;
  readonly recurrentT: Block;
}

const reserveGates = (wasm: Wasm, inputs: number, units: number, width: number): GateBlocks => ({
  kernel: wasm.reserve(tiled(inputs), width),
  recurrent: wasm.reserve(tiled(units), width),
  bias: wasm.reserve(1, width),
});

export const reserveLayer = (wasm: Wasm, inputs: number, units: number): Layer => {
  const width = 4 * roundUp(units, LANES);
  return {
    inputs,
    units,
    width,
    columns: gateColumns(units),
    weights: reserveGates(wasm, inputs, units, width),
    gradients: reserveGates(wasm, inputs, units, width),
    kernelT: wasm.reserve(width, inputs),
    recurrentT: wasm.reserve(width, units),
  };
};

export const setWeights = (wasm: Wasm, layer: Layer, weights: LstmWeights): void => {
  const { inputs, units, columns } = layer;
  const cols = 4 * units;
  const kernelRows = { data: weights.kernel, rows: inputs, cols };
  const recurrentRows = { data: weights.recurrent, rows: units, cols };
  wasm.pack(kernelRows, layer.weights.kernel, columns);
  wasm.pack(recurrentRows, layer.weights.recurrent, columns);
  wasm.pack({ data: weights.bias, rows: 1, cols }, layer.weights.bias, columns);
  wasm.packTransposed(kernelRows, layer.kernelT, columns);
  wasm.packTransposed(recurrentRows, layer.recurrentT, columns);
};

export const clearGradients = (wasm: Wasm, { gradients }: Layer): void => {
  for (const block of [gradients.kernel, gradients.recurrent, gradients.bias]) wasm.clear(block);
};

export const getGradients = (wasm: Wasm, { inputs, units, columns, gradients }: Layer): LstmWeights => {
  const take = (block: Block, rows: number) => {
    const [cols, data] = [4 * units, new Float32Array(rows * 4 * units)];
    wasm.unpack(block, { data, rows, cols }, columns);
    return data;
  };
  return {
    kernel: take(gradients.kernel, inputs),
    recurrent: take(gradients.recurrent, units),
    bias: take(gradients.bias, 1),
  };
};
