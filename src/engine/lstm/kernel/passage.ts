import { blockAt } from './kernel.ts';
import type { Block, Kernel } from './kernel.ts';
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
  kernel: Kernel,
  { inputs, units, width }: Layer,
  height: number,
  span: Pick<Passage, 'from' | 'rows' | 'steps' | 'kept'>,
): Passage => {
  const [each, andInitial] = span.kept ? [span.steps, span.steps + 1] : [1, 1];
  return {
    ...span,
    x: kernel.reserve(height, inputs, each),
    z: kernel.reserve(height, width, each),
    c: kernel.reserve(height, units, andInitial),
    h: kernel.reserve(height, units, andInitial),
    t: kernel.reserve(height, units, each),
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
  kernel: Kernel,
  layer: Layer,
  passage: Passage,
  { x, initial }: Inputs,
  { all, final }: Outputs,
): void => {
  const { inputs, units, weights } = layer;
  const { steps, kept } = passage;
  const at = (block: Block, t: number) => (kept ? blockAt(block, t) : block);
  const begin = (block: Block, state: Float32Array | undefined) =>
    state ? kernel.pack(rowsOf(passage, state, units), block) : kernel.clear(block);
  begin(passage.h, initial?.output);
  begin(passage.c, initial?.memory);
  for (let t = 0; t < steps; t += 1) {
    const [now, z, c, h] = [at(passage.x, t), at(passage.z, t), at(passage.c, t + 1), at(passage.h, t + 1)];
    kernel.pack(stepOf(passage, x, inputs, t), now);
    kernel.multiply(now, inputs, weights.kernel, weights.bias, z);
    kernel.multiply(at(passage.h, t), units, weights.recurrent, z, z);
    if (kept) kernel.stepKept(z, at(passage.c, t), c, h, at(passage.t, t));
    else kernel.step(z, c, c, h);
    if (all) kernel.unpack(h, stepOf(passage, all, units, t));
  }
  kernel.unpack(at(passage.h, steps), rowsOf(passage, final.output, units));
  kernel.unpack(at(passage.c, steps), rowsOf(passage, final.memory, units));
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

export const reserveWayBack = (kernel: Kernel, { inputs, units }: Layer, height: number): WayBack => ({
  dh: kernel.reserve(height, units),
  dc: kernel.reserve(height, units),
  dx: kernel.reserve(height, inputs),
  given: kernel.reserve(height, units),
  zeros: kernel.reserve(1, Math.max(inputs, units)),
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
  kernel: Kernel,
  { inputs, units, width, gradients, kernelT, recurrentT }: Layer,
  passage: Passage,
  { dh, dc, dx, given, zeros }: WayBack,
  { gradient, all }: { readonly gradient: Float32Array; readonly all: boolean },
  { x, initial }: InputGradients,
): void => {
  const { steps } = passage;
  for (const block of [dh, dc, given]) kernel.clear(block);
  kernel.pack(all ? stepOf(passage, gradient, units, steps - 1) : rowsOf(passage, gradient, units), dh);
  for (let t = steps - 1; t >= 0; t -= 1) {
    const z = blockAt(passage.z, t);
    kernel.stepBack(z, blockAt(passage.c, t), blockAt(passage.t, t), dh, dc);
    kernel.multiplyTransposed(blockAt(passage.x, t), inputs, z, gradients.kernel);
    kernel.multiplyTransposed(blockAt(passage.h, t), units, z, gradients.recurrent);
    kernel.addRows(z, gradients.bias);
    if (x) {
      kernel.multiply(z, width, kernelT, zeros, dx);
      kernel.unpack(dx, stepOf(passage, x, inputs, t));
    }
    if (all && t > 0) kernel.pack(stepOf(passage, gradient, units, t - 1), given);
    kernel.multiply(z, width, recurrentT, all && t > 0 ? given : zeros, dh);
  }
  kernel.unpack(dh, rowsOf(passage, initial.output, units));
  kernel.unpack(dc, rowsOf(passage, initial.memory, units));
};
