// LSTM layers one on the other, and a dense layer on the last one's outputs, all in one kernel's memory.
import { createAdam } from './adam.ts';
import { type BackwardPass, runBackward } from './backward.ts';
import { type Dense, type DenseWeights, getDense, reserveDense, setDense, transposeDense } from './dense.ts';
import { beginForward, type ForwardPass, inputAt, rowsAt, stepForward } from './forward.ts';
import { Head } from './head.ts';
import { Kernel } from './kernel.ts';
import { getWeights, type Layer, type LstmWeights, reserveLayer, setWeights, transposeWeights } from './layer.ts';
import { matrixAt, type PanelMatrix } from './matrix.ts';
import { reservePasses, type Shape } from './passes.ts';
import { ShapeStore } from './shape-store.ts';

export interface StackWeights extends DenseWeights {
  /** From the layer that reads the inputs up. */
  readonly lstms: readonly LstmWeights[];
}

/** Sequences that the network reads from zero state. */
export interface SequenceBatch {
  /** (B, T, n) */
  readonly inputs: Float32Array;
  /** T */
  readonly steps: number;
  /** S: predictions are made after each of the last S steps. */
  readonly outputSteps: number;
}

/** A layer, one of its passes over a batch, and what its backward pass needs. */
interface LayerPass {
  readonly layer: Layer;
  readonly forward: ForwardPass;
  readonly backward: BackwardPass;
  /** The gradients with respect to the outputs of each step, which the layer above leaves; the top layer has none. */
  readonly outputGradients: PanelMatrix | undefined;
}

type StackShape = Shape & Pick<SequenceBatch, 'outputSteps'>;

function reserveStackPasses(kernel: Kernel, layers: readonly Layer[], dense: Dense, shape: StackShape) {
  const passes = layers.map((layer, at) => {
    const isFed = shape.keep && at < layers.length - 1;
    const own = reservePasses(kernel, layer, shape);
    return { layer, own, outputGradients: isFed ? kernel.reserve(own.height, layer.units, shape.steps) : undefined };
  });
  const { height, forward } = passes[0]!.own;
  return {
    head: new Head(kernel, dense, height, shape.outputSteps),
    /** For each part of the batch the layers' passes, from the bottom up. */
    parts: forward.map((_, k) =>
      passes.map(({ layer, own, outputGradients }): LayerPass => {
        return { layer, forward: own.forward[k]!, backward: own.backward, outputGradients };
      }),
    ),
  };
}

const topOf = (passes: readonly LayerPass[]): LayerPass => passes.at(-1)!;

interface StackSize {
  /** n */
  readonly inputs: number;
  /** Of each LSTM layer, from the bottom up. */
  readonly units: readonly number[];
  /** Of the dense layer. */
  readonly outputs: number;
  /** Adam's. */
  readonly learningRate: number;
}

export class Stack {
  readonly #kernel: Kernel;
  readonly #inputs: number;
  readonly #layers: readonly Layer[];
  readonly #dense: Dense;
  readonly #gradients: readonly PanelMatrix[];
  readonly #adam: () => void;
  readonly #store: ShapeStore<StackShape, ReturnType<typeof reserveStackPasses>>;

  /** All weights are 0. @param module from `loadKernel` */
  constructor(module: WebAssembly.Module, { inputs, units, outputs, learningRate }: StackSize) {
    const kernel = new Kernel(module);
    const layers = units.map((count, at) => reserveLayer(kernel, at === 0 ? inputs : units[at - 1]!, count));
    const dense = reserveDense(kernel, units.at(-1)!, outputs);
    const learnt = [
      ...layers.flatMap(({ weights, gradients }) => [
        { weights: weights.joint, gradients: gradients.joint },
        { weights: weights.bias, gradients: gradients.bias },
      ]),
      { weights: dense.weights.kernel, gradients: dense.gradients.kernel },
      { weights: dense.weights.bias, gradients: dense.gradients.bias },
    ];
    this.#kernel = kernel;
    this.#inputs = inputs;
    this.#layers = layers;
    this.#dense = dense;
    this.#gradients = learnt.map(({ gradients }) => gradients);
    this.#adam = createAdam(kernel, learnt, learningRate);
    this.#store = new ShapeStore(kernel, (shape) => reserveStackPasses(kernel, layers, dense, shape));
  }

  set(weights: StackWeights): void {
    this.#layers.forEach((layer, at) => setWeights(this.#kernel, layer, weights.lstms[at]!));
    setDense(this.#kernel, this.#dense, weights);
  }

  /** Reads the weights into the arrays. */
  get(into: StackWeights): void {
    this.#layers.forEach((layer, at) => getWeights(this.#kernel, layer, into.lstms[at]!));
    getDense(this.#kernel, this.#dense, into);
  }

  #passes({ inputs, steps, outputSteps }: SequenceBatch, keep: boolean) {
    return this.#store.of({ batch: inputs.length / (steps * this.#inputs), steps, outputSteps, keep });
  }

  /** @param onOutput called with the top layer's outputs of every step */
  #forward(
    passes: readonly LayerPass[],
    { inputs, steps }: SequenceBatch,
    onOutput: (t: number, h: PanelMatrix) => void,
  ) {
    const kernel = this.#kernel;
    for (const { layer, forward } of passes) beginForward(kernel, layer, forward, undefined);
    for (let t = 0; t < steps; t += 1) {
      let below: PanelMatrix | undefined;
      for (const { layer, forward } of passes) {
        const x = inputAt(layer, forward, t);
        if (below) kernel.copy(below, x);
        else kernel.pack(rowsAt(forward, inputs, layer.inputs, t), x);
        below = stepForward(kernel, layer, forward, t, t === 0);
      }
      onOutput(t, below!);
    }
  }

  #backward(passes: readonly LayerPass[], head: Head): void {
    const kernel = this.#kernel;
    let loss = head.gradients(topOf(passes).forward);
    for (let at = passes.length - 1; at >= 0; at -= 1) {
      const { layer, forward, backward } = passes[at]!;
      const into = passes[at - 1]?.outputGradients;
      const onInput = into && ((t: number, dx: PanelMatrix) => kernel.copy(dx, matrixAt(into, t)));
      runBackward(kernel, layer, forward, backward, loss, { initial: false, onInput });
      if (into) loss = { firstStep: 0, write: (t, gradient) => kernel.copy(matrixAt(into, t), gradient) };
    }
  }

  /**
   * Makes one step of Adam along the gradient of the mean squared error.
   *
   * @param targets (B, S, k)
   * @returns the error before the step
   */
  step(batch: SequenceBatch, targets: Float32Array): number {
    const { parts, head } = this.#passes(batch, true);
    for (const layer of this.#layers) transposeWeights(this.#kernel, layer);
    transposeDense(this.#kernel, this.#dense);
    for (const gradients of this.#gradients) this.#kernel.clear(gradients);
    let sum = 0;
    for (const part of parts) {
      const { forward } = topOf(part);
      this.#forward(part, batch, (t, h) => {
        sum += head.compareStep(forward, t, h, targets);
      });
      this.#backward(part, head);
    }
    this.#adam();
    return sum / targets.length;
  }

  /** @returns (B, S, k) */
  predict(batch: SequenceBatch): Float32Array {
    const { parts, head } = this.#passes(batch, false);
    const sequences = batch.inputs.length / (batch.steps * this.#inputs);
    const predictions = new Float32Array(sequences * batch.outputSteps * this.#dense.outputs);
    for (const part of parts) {
      const { forward } = topOf(part);
      this.#forward(part, batch, (t, h) => head.predictStep(forward, t, h, predictions));
    }
    return predictions;
  }
}
