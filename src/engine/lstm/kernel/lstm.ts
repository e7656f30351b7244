import { runBackward } from './backward.ts';
import { beginForward, type ForwardPass, inputAt, readFinal, rowsAt, rowsOf, stepForward } from './forward.ts';
import { Kernel } from './kernel.ts';
import type { Layer, LstmState, LstmWeights } from './layer.ts';
import { clearGradients, getGradients, reserveLayer, setWeights, transposeWeights } from './layer.ts';
import type { PanelMatrix } from './matrix.ts';
import { reservePasses, type Shape } from './passes.ts';
import { ShapeStore } from './shape-store.ts';

/** The weights and inputs of one forward pass. */
export interface Sequence extends Shape {
  /** (B, T, n) */
  readonly x: Float32Array;
  /** Absent: zeros. */
  readonly initial: LstmState | undefined;
  readonly weights: LstmWeights;
  /** Whether the outputs of every step are wanted, or only the last ones. */
  readonly all: boolean;
}

interface LstmOutputs {
  /** (B, T, units) h after every step; absent when only the last one is wanted. */
  readonly all: Float32Array | undefined;
  readonly final: LstmState;
}

interface LstmGradients extends LstmWeights {
  /** Absent when not wanted. */
  readonly x: Float32Array | undefined;
  readonly initial: LstmState;
}

const zeroState = (size: number): LstmState => ({ hidden: new Float32Array(size), cell: new Float32Array(size) });

/**
 * An LSTM layer with logistic gates and tanh: what tfjs's stock layer computes. Its memory is reused from call to
 * call; results do not depend on earlier calls.
 */
export class Lstm {
  readonly #kernel: Kernel;
  readonly #layer: Layer;
  readonly #passes: ShapeStore<Shape, ReturnType<typeof reservePasses>>;
  /** The sequence whose complete forward pass the passes of its shape hold. */
  #kept: Sequence | undefined;

  /** @param module from `loadKernel`. @param inputs n */
  constructor(module: WebAssembly.Module, inputs: number, units: number) {
    this.#kernel = new Kernel(module);
    this.#layer = reserveLayer(this.#kernel, inputs, units);
    this.#passes = new ShapeStore(this.#kernel, (shape) => reservePasses(this.#kernel, this.#layer, shape));
  }

  forward(sequence: Sequence): LstmOutputs {
    const { batch, steps, keep, weights, x, initial } = sequence;
    const [kernel, layer] = [this.#kernel, this.#layer];
    const { inputs, units } = layer;
    setWeights(kernel, layer, weights);
    const all = sequence.all ? new Float32Array(batch * steps * units) : undefined;
    const final = zeroState(batch * units);
    for (const pass of this.#passes.of({ batch, steps, keep }).forward) {
      beginForward(kernel, layer, pass, initial);
      for (let t = 0; t < steps; t += 1) {
        kernel.pack(rowsAt(pass, x, inputs, t), inputAt(layer, pass, t));
        const h = stepForward(kernel, layer, pass, t, t === 0 && initial === undefined);
        if (all) kernel.unpack(h, rowsAt(pass, all, units, t));
      }
      readFinal(kernel, layer, pass, final);
    }
    this.#kept = keep ? sequence : undefined;
    return { all, final };
  }

  /** Packs step t's part of the gradient. */
  #lossGradients(pass: ForwardPass, { steps, all }: Sequence, gradient: Float32Array) {
    const { units } = this.#layer;
    const write = (t: number, to: PanelMatrix) =>
      this.#kernel.pack(all ? rowsAt(pass, gradient, units, t) : rowsOf(pass, gradient, units), to);
    return { firstStep: all ? 0 : steps - 1, write };
  }

  /**
   * Repeats the forward pass unless the last call was `forward` of this very sequence with `keep`.
   *
   * @param gradient of a loss with respect to the outputs: (B, T, units) with `all`, else (B, units)
   */
  backward(sequence: Sequence, gradient: Float32Array, wanted: { readonly x: boolean }): LstmGradients {
    const { batch, steps } = sequence;
    const [kernel, layer] = [this.#kernel, this.#layer];
    const { inputs, units } = layer;
    if (this.#kept !== sequence) this.forward({ ...sequence, keep: true });
    // The backward pass overwrites it.
    this.#kept = undefined;
    transposeWeights(kernel, layer);
    const x = wanted.x ? new Float32Array(batch * steps * inputs) : undefined;
    const initial = zeroState(batch * units);
    clearGradients(kernel, layer);
    const { forward, backward } = this.#passes.of({ batch, steps, keep: true });
    for (const pass of forward) {
      const onInput = x && ((t: number, dx: PanelMatrix) => kernel.unpack(dx, rowsAt(pass, x, inputs, t)));
      runBackward(kernel, layer, pass, backward, this.#lossGradients(pass, sequence, gradient), {
        initial: true,
        onInput,
      });
      kernel.unpack(backward.dh, rowsOf(pass, initial.hidden, units));
      kernel.unpack(backward.dc, rowsOf(pass, initial.cell, units));
    }
    return { ...getGradients(kernel, layer), x, initial };
  }
}
