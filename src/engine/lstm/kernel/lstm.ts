import { openWasm, tiled } from './wasm.ts';
import type { Wasm } from './wasm.ts';
import { clearGradients, getGradients, reserveLayer, setWeights } from './layer.ts';
import type { Layer, LstmWeights } from './layer.ts';
import { goBack, goForward, reservePassage, reserveWayBack } from './passage.ts';
import type { InputGradients, Inputs, LstmState, Outputs } from './passage.ts';

/** Rows of a batch that pass together: few enough for a step to stay in the cache. */
const MAX_ROWS = 96;

interface Shape {
  /** B */
  readonly batch: number;
  /** T */
  readonly steps: number;
  /** Whether `backward` follows, which is then cheap. */
  readonly keep: boolean;
}

/** A layer and what it is given. */
export interface Sequence extends Shape, Inputs {
  readonly weights: LstmWeights;
  /** Whether the outputs of every step are wanted, or the final ones alone. */
  readonly all: boolean;
}

export type LstmGradients = LstmWeights & InputGradients;

/**
 * LSTM layers of one size, with logistic gates and tanh: what tfjs's stock layer computes. The memory is kept
 * from one call to the next; answers do not depend on it.
 */
export interface Lstm {
  forward(sequence: Sequence): Outputs;
  /**
   * Goes forward again unless this sequence went forward last, kept, and has not gone back yet.
   *
   * @param gradient of a loss with respect to the outputs: (B, T, units) of all, else (B, units)
   */
  backward(sequence: Sequence, gradient: Float32Array, wanted: { readonly x: boolean }): LstmGradients;
}

/** The batch in passages of one height, and one way back for them all. */
const arrange = (wasm: Wasm, layer: Layer, { batch, steps, keep }: Shape) => {
  const count = Math.ceil(batch / MAX_ROWS);
  const height = tiled(Math.ceil(batch / count));
  const passages = Array.from({ length: count }, (_, k) =>
    reservePassage(wasm, layer, height, {
      from: k * height,
      rows: Math.min(height, batch - k * height),
      steps,
      kept: keep,
    }),
  );
  return { batch, steps, keep, passages, wayBack: reserveWayBack(wasm, layer, height) };
};

const zeroState = (size: number): LstmState => ({ output: new Float32Array(size), memory: new Float32Array(size) });

/** @param module as `loadKernel` gives it. @param inputs n */
export const createLstm = (module: WebAssembly.Module, inputs: number, units: number): Lstm => {
  const wasm = openWasm(module);
  const layer = reserveLayer(wasm, inputs, units);
  const workspace = wasm.mark();
  let arranged: ReturnType<typeof arrange> | undefined;
  /** What `arranged` holds, complete. */
  let kept: Sequence | undefined;

  const arrangeFor = (shape: Shape) => {
    const { batch, steps, keep } = arranged ?? {};
    if (arranged && batch === shape.batch && steps === shape.steps && keep === shape.keep) return arranged;
    wasm.release(workspace);
    return (arranged = arrange(wasm, layer, shape));
  };

  const forward = (sequence: Sequence): Outputs => {
    const { batch, steps, all, keep, weights } = sequence;
    setWeights(wasm, layer, weights);
    const outputs = {
      all: all ? new Float32Array(batch * steps * units) : undefined,
      final: zeroState(batch * units),
    };
    for (const passage of arrangeFor(sequence).passages) goForward(wasm, layer, passage, sequence, outputs);
    kept = keep ? sequence : undefined;
    return outputs;
  };

  const backward: Lstm['backward'] = (sequence, gradient, wanted) => {
    const { batch, steps, all } = sequence;
    if (kept !== sequence) forward({ ...sequence, keep: true });
    // The way back overwrites it.
    kept = undefined;
    const { passages, wayBack } = arrangeFor({ batch, steps, keep: true });
    const inputGradients = {
      x: wanted.x ? new Float32Array(batch * steps * inputs) : undefined,
      initial: zeroState(batch * units),
    };
    clearGradients(wasm, layer);
    for (const passage of passages) goBack(wasm, layer, passage, wayBack, { gradient, all }, inputGradients);
    return { ...getGradients(wasm, layer), ...inputGradients };
  };

  return { forward, backward };
};
