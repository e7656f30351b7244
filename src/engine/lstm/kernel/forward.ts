// The forward pass of an LSTM layer over some rows of a batch. With the logistic function λ:
//   z = [h x] [U; W] + b,  i, f, o = λ(z),  g = tanh(z),  c ← f c + i g,  h ← o tanh c
import type { Kernel } from './kernel.ts';
import type { Layer, LstmState } from './layer.ts';
import { matrixAt, type PanelMatrix, panelsOf } from './matrix.ts';
import type { Rows } from './panels.ts';

/** Rows [from, from + rows) of a batch, over a sequence. */
interface PassRows {
  readonly from: number;
  readonly rows: number;
  readonly steps: number;
  /** Whether a backward pass can follow. If not, all steps share one matrix. */
  readonly kept: boolean;
}

/** The matrices of a forward pass. Each is the first of one per step. */
export interface ForwardPass extends PassRows {
  /** [h x]: the state before the step, and what the step reads. One more than steps. */
  readonly hx: PanelMatrix;
  /** The pre-activations; after the step the gates; in the backward pass the gradients of the pre-activations. */
  readonly z: PanelMatrix;
  /** One more than steps: the first holds the initial state. */
  readonly c: PanelMatrix;
  /** tanh c */
  readonly t: PanelMatrix;
}

export function reserveForwardPass(kernel: Kernel, layer: Layer, height: number, span: PassRows): ForwardPass {
  const { units, depth, width } = layer;
  const [steps, states] = span.kept ? [span.steps, span.steps + 1] : [1, 1];
  return {
    ...span,
    hx: kernel.reserve(height, depth, states),
    z: kernel.reserve(height, width, steps),
    c: kernel.reserve(height, units, states),
    t: kernel.reserve(height, units, steps),
  };
}

/** The state before step t. */
function hiddenAt({ unitPanels }: Layer, { hx, kept }: ForwardPass, t: number): PanelMatrix {
  return panelsOf(kept ? matrixAt(hx, t) : hx, 0, unitPanels);
}

/** The span's rows of step t of a (B, T, cols) array. */
export function rowsAt({ from, rows, steps }: PassRows, data: Float32Array, cols: number, t: number): Rows {
  return { data, rows, cols, start: (from * steps + t) * cols, stride: steps * cols };
}

/** The span's rows of a (B, cols) array. */
export const rowsOf = (span: PassRows, data: Float32Array, cols: number): Rows =>
  rowsAt({ ...span, steps: 1 }, data, cols, 0);

/** Where step t of a pass reads its x: to be filled before the step. */
export function inputAt({ unitPanels }: Layer, { hx, kept }: ForwardPass, t: number): PanelMatrix {
  return panelsOf(kept ? matrixAt(hx, t) : hx, unitPanels, hx.panels - unitPanels);
}

/** To be called before the first step. @param initial absent: zeros */
export function beginForward(kernel: Kernel, layer: Layer, pass: ForwardPass, initial: LstmState | undefined): void {
  const initialise = (matrix: PanelMatrix, state: Float32Array | undefined) =>
    state ? kernel.pack(rowsOf(pass, state, layer.units), matrix) : kernel.clear(matrix);
  initialise(hiddenAt(layer, pass, 0), initial?.hidden);
  initialise(pass.c, initial?.cell);
}

/**
 * Step t, whose x is in place.
 * @param fromZero whether the state before it is zero, so that x alone counts
 * @returns its h, which the next step overwrites unless the pass is kept
 */
export function stepForward(
  kernel: Kernel,
  layer: Layer,
  pass: ForwardPass,
  t: number,
  fromZero: boolean,
): PanelMatrix {
  const { inputs, depth, weights } = layer;
  const at = (matrix: PanelMatrix, step: number) => (pass.kept ? matrixAt(matrix, step) : matrix);
  const [z, last] = [at(pass.z, t), at(pass.c, t)];
  const [c, h] = [at(pass.c, t + 1), hiddenAt(layer, pass, t + 1)];
  if (fromZero) kernel.multiply(inputAt(layer, pass, t), inputs, weights.kernel, weights.bias, z);
  else kernel.multiply(at(pass.hx, t), depth, weights.joint, weights.bias, z);
  if (pass.kept) kernel.stepKept(z, last, c, h, at(pass.t, t));
  else kernel.step(z, last, c, h);
  return h;
}

/** Fills the pass's rows of the state after its last step. */
export function readFinal(kernel: Kernel, layer: Layer, pass: ForwardPass, { hidden, cell }: LstmState): void {
  const { steps, kept, c } = pass;
  kernel.unpack(hiddenAt(layer, pass, steps), rowsOf(pass, hidden, layer.units));
  kernel.unpack(kept ? matrixAt(c, steps) : c, rowsOf(pass, cell, layer.units));
}
