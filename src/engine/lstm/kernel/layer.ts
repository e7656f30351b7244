import type { Kernel } from './kernel.ts';
import { type PanelMatrix, panelsOf, rowsFrom, tiled } from './matrix.ts';
import { type PanelColumns, gateColumns, LANES, roundUp } from './panels.ts';

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
  /** (depth, width): the recurrent kernel above the kernel, so that [h x] is multiplied at once. */
  readonly joint: PanelMatrix;
  /** The part of `joint` that h is multiplied by. */
  readonly recurrent: PanelMatrix;
  /** The part of `joint` that x is multiplied by. */
  readonly kernel: PanelMatrix;
  readonly bias: PanelMatrix;
}

/** One LSTM layer in the kernel's memory. */
export interface Layer {
  readonly inputs: number;
  readonly units: number;
  /** Panels of h. Padding columns belong to units that stay 0. */
  readonly unitPanels: number;
  /** Columns of [h x], with h's padding. */
  readonly depth: number;
  /** Columns of the gates, with padding. */
  readonly width: number;
  readonly columns: PanelColumns;
  readonly weights: GateMatrices;
  readonly gradients: GateMatrices;
  /** (width, depth): the joint weights transposed, for the backward pass. */
  readonly jointT: PanelMatrix;
  /** Parts of `jointT`: (width, n) and (width, units). */
  readonly kernelT: PanelMatrix;
  readonly recurrentT: PanelMatrix;
}

export function reserveLayer(kernel: Kernel, inputs: number, units: number): Layer {
  const padded = roundUp(units, LANES);
  const [depth, width] = [padded + inputs, 4 * padded];
  function reserveGates(): GateMatrices {
    const joint = kernel.reserve(tiled(depth), width);
    return { joint, recurrent: joint, kernel: rowsFrom(joint, padded), bias: kernel.reserve(1, width) };
  }
  const unitPanels = padded / LANES;
  const [weights, gradients, jointT] = [reserveGates(), reserveGates(), kernel.reserve(width, depth)];
  return {
    inputs,
    units,
    unitPanels,
    depth,
    width,
    columns: gateColumns(units),
    weights,
    gradients,
    jointT,
    kernelT: panelsOf(jointT, unitPanels, jointT.panels - unitPanels),
    recurrentT: panelsOf(jointT, 0, unitPanels),
  };
}

const GATE_NAMES = ['kernel', 'recurrent', 'bias'] as const;

/** The three matrices, as rows. */
function rowsOf({ inputs, units }: Layer, { kernel, recurrent, bias }: LstmWeights) {
  const cols = 4 * units;
  return {
    kernel: { data: kernel, rows: inputs, cols },
    recurrent: { data: recurrent, rows: units, cols },
    bias: { data: bias, rows: 1, cols },
  };
}

export function setWeights(kernel: Kernel, layer: Layer, weights: LstmWeights): void {
  const rows = rowsOf(layer, weights);
  for (const name of GATE_NAMES) kernel.pack(rows[name], layer.weights[name], layer.columns);
}

/** What only a backward pass needs, of the weights as they are. */
export function transposeWeights(kernel: Kernel, { depth, width, weights, jointT }: Layer): void {
  kernel.transpose(weights.joint, depth, width, jointT);
}

export function clearGradients(kernel: Kernel, { gradients }: Layer): void {
  for (const matrix of [gradients.joint, gradients.bias]) kernel.clear(matrix);
}

function unpackGates(kernel: Kernel, layer: Layer, from: GateMatrices, into: LstmWeights): void {
  const rows = rowsOf(layer, into);
  for (const name of GATE_NAMES) kernel.unpack(from[name], rows[name], layer.columns);
}

/** Reads the weights into the arrays. */
export function getWeights(kernel: Kernel, layer: Layer, into: LstmWeights): void {
  unpackGates(kernel, layer, layer.weights, into);
}

export function getGradients(kernel: Kernel, layer: Layer): LstmWeights {
  const { inputs, units } = layer;
  const gradients = {
    kernel: new Float32Array(inputs * 4 * units),
    recurrent: new Float32Array(units * 4 * units),
    bias: new Float32Array(4 * units),
  };
  unpackGates(kernel, layer, layer.gradients, gradients);
  return gradients;
}
