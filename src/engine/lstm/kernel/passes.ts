// The forward and backward pass of an LSTM layer over some rows of a batch. With the logistic function λ:
//   z = x W + h U + b,  i, f, o = λ(z),  g = tanh(z),  c ← f c + i g,  h ← o tanh c
import { type Kernel, matrixAt, type PanelMatrix } from './kernel.ts';
import type { Layer, LstmState } from './layer.ts';
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
  readonly x: PanelMatrix;
  /** The pre-activations; after the step the gates; in the backward pass the gradients of the pre-activations. */
  readonly z: PanelMatrix;
  /** One more than steps: the first holds the initial state. */
  readonly c: PanelMatrix;
  readonly h: PanelMatrix;
  /** tanh c */
  readonly t: PanelMatrix;
}

export function reserveForwardPass(kernel: Kernel, layer: Layer, height: number, span: PassRows): ForwardPass {
  const { inputs, units, width } = layer;
  const [steps, states] = span.kept ? [span.steps, span.steps + 1] : [1, 1];
  return {
    ...span,
    x: kernel.reserve(height, inputs, steps),
    z: kernel.reserve(height, width, steps),
    c: kernel.reserve(height, units, states),
    h: kernel.reserve(height, units, states),
    t: kernel.reserve(height, units, steps),
  };
}

/** The span's rows of step t of a (B, T, cols) array. */
function rowsAt({ from, rows, steps }: PassRows, data: Float32Array, cols: number, t: number): Rows {
  return {
    data,
    rows,
    cols,
    start: (from * steps + t) * cols,
    stride: steps * cols,
  };
}

/** The span's rows of a (B, cols) array. */
const rowsOf = (span: PassRows, data: Float32Array, cols: number): Rows => rowsAt({ ...span, steps: 1 }, data, cols, 0);

export interface LstmInputs {
  /** (B, T, n) */
  readonly x: Float32Array;
  /** Absent: zeros. */
  readonly initial: LstmState | undefined;
}

export interface LstmOutputs {
  /** (B, T, units) h after every step; absent when only the last one is wanted. */
  readonly all: Float32Array | undefined;
  readonly final: LstmState;
}

/** Fills the pass's rows of the outputs. */
export function runForward(
  kernel: Kernel,
  layer: Layer,
  pass: ForwardPass,
  { x, initial }: LstmInputs,
  { all, final }: LstmOutputs,
): void {
  const { inputs, units, weights } = layer;
  const { steps, kept } = pass;
  const at = (matrix: PanelMatrix, t: number) => (kept ? matrixAt(matrix, t) : matrix);
  const initialise = (matrix: PanelMatrix, state: Float32Array | undefined) =>
    state ? kernel.pack(rowsOf(pass, state, units), matrix) : kernel.clear(matrix);
  initialise(pass.h, initial?.hidden);
  initialise(pass.c, initial?.cell);
  for (let t = 0; t < steps; t += 1) {
    const [input, z, c, h] = [at(pass.x, t), at(pass.z, t), at(pass.c, t + 1), at(pass.h, t + 1)];
    kernel.pack(rowsAt(pass, x, inputs, t), input);
    kernel.multiply(input, inputs, weights.kernel, weights.bias, z);
    kernel.multiply(at(pass.h, t), units, weights.recurrent, z, z);
    if (kept) kernel.stepKept(z, at(pass.c, t), c, h, at(pass.t, t));
    else kernel.step(z, c, c, h);
    if (all) kernel.unpack(h, rowsAt(pass, all, units, t));
  }
  kernel.unpack(at(pass.h, steps), rowsOf(pass, final.hidden, units));
  kernel.unpack(at(pass.c, steps), rowsOf(pass, final.cell, units));
}

/** The gradients of one step, which a backward pass needs beside its forward pass. */
export interface BackwardPass {
  readonly dh: PanelMatrix;
  readonly dc: PanelMatrix;
  readonly dx: PanelMatrix;
  /** The part of dh that comes from the loss itself. */
  readonly lossGradient: PanelMatrix;
  /** One row. */
  readonly zeros: PanelMatrix;
}

export function reserveBackwardPass(kernel: Kernel, { inputs, units }: Layer, height: number): BackwardPass {
  return {
    dh: kernel.reserve(height, units),
    dc: kernel.reserve(height, units),
    dx: kernel.reserve(height, inputs),
    lossGradient: kernel.reserve(height, units),
    zeros: kernel.reserve(1, Math.max(inputs, units)),
  };
}

export interface InputGradients {
  readonly x: Float32Array | undefined;
  readonly initial: LstmState;
}

/**
 * Adds to the gradients of the weights, and fills the pass's rows of the inputs' gradients.
 * @param gradient of the loss: (B, T, units) with `all`, else (B, units) of the last outputs
 */
export function runBackward(
  kernel: Kernel,
  { inputs, units, width, gradients, kernelT, recurrentT }: Layer,
  pass: ForwardPass,
  { dh, dc, dx, lossGradient, zeros }: BackwardPass,
  { gradient, all }: { readonly gradient: Float32Array; readonly all: boolean },
  { x, initial }: InputGradients,
): void {
  const { steps } = pass;
  for (const matrix of [dh, dc, lossGradient]) kernel.clear(matrix);
  kernel.pack(all ? rowsAt(pass, gradient, units, steps - 1) : rowsOf(pass, gradient, units), dh);
  for (let t = steps - 1; t >= 0; t -= 1) {
    const z = matrixAt(pass.z, t);
    kernel.stepBack(z, matrixAt(pass.c, t), matrixAt(pass.t, t), dh, dc);
    kernel.multiplyTransposed(matrixAt(pass.x, t), inputs, z, gradients.kernel);
    kernel.multiplyTransposed(matrixAt(pass.h, t), units, z, gradients.recurrent);
    kernel.addRows(z, gradients.bias);
    if (x) {
      kernel.multiply(z, width, kernelT, zeros, dx);
      kernel.unpack(dx, rowsAt(pass, x, inputs, t));
    }
    if (all && t > 0) kernel.pack(rowsAt(pass, gradient, units, t - 1), lossGradient);
    kernel.multiply(z, width, recurrentT, all && t > 0 ? lossGradient : zeros, dh);
  }
  kernel.unpack(dh, rowsOf(pass, initial.hidden, units));
  kernel.unpack(dc, rowsOf(pass, initial.cell, units));
}
