import { Kernel, tiled } from './kernel.ts';
import { clearGradients, getGradients, reserveLayer, setWeights } from './layer.ts';
import type { Layer, LstmState, LstmWeights } from './layer.ts';
import type { BackwardPass, ForwardPass, InputGradients, LstmInputs, LstmOutputs } from './passes.ts';
import { reserveBackwardPass, reserveForwardPass, runBackward, runForward } from './passes.ts';

/** Rows of a batch that are computed together: few enough for a step to stay in the cache. */
const MAX_ROWS = 96;

interface Shape {
  /** B */
  readonly batch: number;
  /** T */
  readonly steps: number;
  /** Whether `backward` follows. It then need not repeat the forward pass. */
  readonly keep: boolean;
}

/** The weights and inputs of one forward pass. */
export interface Sequence extends Shape, LstmInputs {
  readonly weights: LstmWeights;
  /** Whether the outputs of every step are wanted, or only the last ones. */
  readonly all: boolean;
}

export type LstmGradients = LstmWeights & InputGradients;

/** The batch's forward passes, all of one height, and the backward pass that they share. */
interface Passes {
  readonly shape: Shape;
  readonly forward: readonly ForwardPass[];
  readonly backward: BackwardPass;
}

function reservePasses(kernel: Kernel, layer: Layer, { batch, steps, keep }: Shape): Passes {
  const count = Math.ceil(batch / MAX_ROWS);
  const height = tiled(Math.ceil(batch / count));
  const forward = Array.from({ length: count }, (_, k) => {
    const rows = Math.min(height, batch - k * height);
    return reserveForwardPass(kernel, layer, height, { from: k * height, rows, steps, kept: keep });
  });
  return { shape: { batch, steps, keep }, forward, backward: reserveBackwardPass(kernel, layer, height) };
}

const zeroState = (size: number): LstmState => ({ hidden: new Float32Array(size), cell: new Float32Array(size) });

/**
 * An LSTM layer with logistic gates and tanh: what tfjs's stock layer computes. Its memory is reused from call to
 * call; results do not depend on earlier calls.
 */
export class Lstm {
  readonly #kernel: Kernel;
  readonly #layer: Layer;
  /** Where the passes' memory begins. */
  readonly #passesMark: number;
  #passes: Passes | undefined;
  /** The sequence whose complete forward pass `#passes` holds. */
  #kept: Sequence | undefined;

  /** @param module from `loadKernel`. @param inputs n */
  constructor(module: WebAssembly.Module, inputs: number, units: number) {
    this.#kernel = new Kernel(module);
    this.#layer = reserveLayer(this.#kernel, inputs, units);
    this.#passesMark = this.#kernel.mark();
  }

  #passesFor(shape: Shape): Passes {
    const { batch, steps, keep } = this.#passes?.shape ?? {};
    if (this.#passes && batch === shape.batch && steps === shape.steps && keep === shape.keep) return this.#passes;
    this.#kernel.release(this.#passesMark);
    return (this.#passes = reservePasses(this.#kernel, this.#layer, shape));
  }

  forward(sequence: Sequence): LstmOutputs {
    const { batch, steps, all, keep, weights } = sequence;
    const { units } = this.#layer;
    setWeights(this.#kernel, this.#layer, weights);
    const outputs = {
      all: all ? new Float32Array(batch * steps * units) : undefined,
      final: zeroState(batch * units),
    };
    for (const pass of this.#passesFor(sequence).forward) {
      runForward(this.#kernel, this.#layer, pass, sequence, outputs);
    }
    this.#kept = keep ? sequence : undefined;
    return outputs;
  }

  /**
   * Repeats the forward pass unless the last call was `forward` of this very sequence with `keep`.
   *
   * @param gradient of a loss with respect to the outputs: (B, T, units) with `all`, else (B, units)
   */
  backward(sequence: Sequence, gradient: Float32Array, wanted: { readonly x: boolean }): LstmGradients {
    const { batch, steps, all } = sequence;
    const { inputs, units } = this.#layer;
    if (this.#kept !== sequence) this.forward({ ...sequence, keep: true });
    // The backward pass overwrites it.
    this.#kept = undefined;
    const { forward, backward } = this.#passesFor({ batch, steps, keep: true });
    const inputGradients = {
      x: wanted.x ? new Float32Array(batch * steps * inputs) : undefined,
      initial: zeroState(batch * units),
    };
    clearGradients(this.#kernel, this.#layer);
    for (const pass of forward) {
      runBackward(this.#kernel, this.#layer, pass, backward, { gradient, all }, inputGradients);
    }
    return { ...getGradients(this.#kernel, this.#layer), ...inputGradients };
  }
}
