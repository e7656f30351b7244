import { blockAt } from './wasm.ts';
import type { Block, Wasm } from './wasm.ts';
import type { Layer } from './layer.ts';
import type { Rows } from './panels.ts';

/** (B, units) each. */
export interface LstmState {
  /** h */
  readonly output: Float32Array;
  /** c */
  readonly memory: Float32Array;
}

/** Some rows of a batch on their way through a sequence. Its blocks are the first of one a step. */
export interface Passage {
  /** The batch's rows [from, from + rows). */
  readonly from: number;
  readonly rows: number;
  readonly steps: number;
  /** Whether it can go back; if not, all steps share one block. */
  readonly kept: boolean;
  readonly x: Block;
  /** The gates' sums, after the step the gates, on the way back the gradients of the sums. */
  readonly z: Block;
  /** One more than steps: the first holds the initial state. */
  readonly c: Block;
  readonly h: Block;
  /** tanh c */
  readonly t: Block;
}

export const reservePassage = (
  wasm: Wasm,
  { inputs, units, width }: Layer,
  height: number,
  span: Pick<Passage, 'from' | 'rows' | 'steps' | 'kept'>,
): Passage => {
  const [each, andInitial] = span.kept ? [span.steps, span.steps + 1] : [1, 1];
  return {
    ...span,
    x: wasm.reserve(height, inputs, each),
    z: wasm.reserve(height, width, each),
    c: wasm.reserve(height, units, andInitial),
    h: wasm.reserve(height, units, andInitial),
    t: wasm.reserve(height, units, each),
  };
};

/** The passage's rows of a (B, cols) array. */
const rowsOf = ({ from, rows }: Passage, data: Float32Array, cols: number): Rows => ({
  data,
  rows,
  cols,
  start: from * cols,
});

/** The passage's rows of step t of a (B, T, cols) array. */
const stepOf = ({ from, rows, steps }: Passage, data: Float32Array, cols: number, t: number): Rows => ({
  data,
  rows,
  cols,
  start: (from * steps + t) * cols,
  stride: steps * cols,
});

export interface Inputs {
  /** (B, T, n) */
  readonly x: Float32Array;
  /** Absent: zeros. */
  readonly initial: LstmState | undefined;
}

export interface Outputs {
  /** (B, T, units); absent when only the last step's are wanted. */
  readonly all: Float32Array | undefined;
  readonly final: LstmState;
}

/** Fills the passage's rows of the outputs. */
export const goForward = (
  wasm: Wasm,
  layer: Layer,
  passage: Passage,
  { x, initial }: Inputs,
  { all, final }: Outputs,
): void => {
  const { inputs, units, weights } = layer;
  const { steps, kept } = passage;
  const at = (block: Block, t: number) => (kept ? blockAt(block, t) : block);
  const begin = (block: Block, state: Float32Array | undefined) =>
    state ? wasm.pack(rowsOf(passage, state, units), block) : wasm.clear(block);
  begin(passage.h, initial?.output);
  begin(passage.c, initial?.memory);
  for (let t = 0; t < steps; t += 1) {
    const [now, z, c, h] = [at(passage.x, t), at(passage.z, t), at(passage.c, t + 1), at(passage.h, t + 1)];
    wasm.pack(stepOf(passage, x, inputs, t), now);
    wasm.multiply(now, inputs, weights.kernel, weights.bias, z);
    wasm.multiply(at(passage.h, t), units, weights.recurrent, z, z);
    if (kept) wasm.stepKept(z, at(passage.c, t), c, h, at(passage.t, t));
    else wasm.step(z, c, c, h);
    if (all) wasm.unpack(h, stepOf(passage, all, units, t));
  }
  wasm.unpack(at(passage.h, steps), rowsOf(passage, final.output, units));
  wasm.unpack(at(passage.c, steps), rowsOf(passage, final.memory, units));
};

/** What the way back needs beside a passage: the gradients of one step. */
export interface WayBack {
  readonly dh: Block;
  readonly dc: Block;
  readonly dx: Block;
  /** The part of dh that comes from outside. */
  readonly given: Block;
  /** A row of them. */
  readonly zeros: Block;
}

export const reserveWayBack = (wasm: Wasm, { inputs, units }: Layer, height: number): WayBack => ({
  dh: wasm.reserve(height, units),
  dc: wasm.reserve(height, units),
  dx: wasm.reserve(height, inputs),
  given: wasm.reserve(height, units),
  zeros: wasm.reserve(1, Math.max(inputs, units)),
});

export interface InputGradients {
  readonly x: Float32Array | undefined;
  readonly initial: LstmState;
}

/**
 * Adds to the weights' gradients, and fills the passage's rows of the inputs'.
 * @param gradient of the loss: (B, T, units) with `all`, else (B, units) of the last outputs
 */
export const goBack = (
  wasm: Wasm,
  { inputs, units, width, gradients, kernelT, recurrentT }: Layer,
  passage: Passage,
  { dh, dc, dx, given, zeros }: WayBack,
  { gradient, all }: { readonly gradient: Float32Array; readonly all: boolean },
  { x, initial }: InputGradients,
): void => {
  const { steps } = passage;
  for (const block of [dh, dc, given]) wasm.clear(block);
  wasm.pack(all ? stepOf(passage, gradient, units, steps - 1) : rowsOf(passage, gradient, units), dh);
  for (let t = steps - 1; t >= 0; t -= 1) {
    const z = blockAt(passage.z, t);
    wasm.stepBack(z, blockAt(passage.c, t), blockAt(passage.t, t), dh, dc);
    wasm.multiplyTransposed(blockAt(passage.x, t), inputs, z, gradients.kernel);
    wasm.multiplyTransposed(blockAt(passage.h, t), units, z, gradients.recurrent);
    wasm.addRows(z, gradients.bias);
    if (x) {
      wasm.multiply(z, width, kernelT, zeros, dx);
      wasm.unpack(dx, stepOf(passage, x, inputs, t));
    }
    if (all && t > 0) wasm.pack(stepOf(passage, gradient, units, t - 1), given);
    wasm.multiply(z, width, recurrentT, all && t > 0 ? given : zeros, dh);
  }
  wasm.unpack(dh, rowsOf(passage, initial.output, units));
  wasm.unpack(dc, rowsOf(passage, initial.memory, units));
};
