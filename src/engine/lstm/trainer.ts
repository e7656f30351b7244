import { createAdam } from './kernel/adam.ts';
import { runBackward } from './kernel/backward.ts';
import { getDense, reserveDense, setDense } from './kernel/dense.ts';
import { runForward } from './kernel/forward.ts';
import { Head } from './kernel/head.ts';
import { Kernel } from './kernel/kernel.ts';
import { getWeights, reserveLayer, setTransposedWeights, setWeights } from './kernel/layer.ts';
import { reservePasses, type Shape } from './kernel/passes.ts';
import { ShapeStore } from './kernel/shape-store.ts';
import type { Network } from './network.ts';

/** Sequences that the network reads from zero state. */
export interface SequenceBatch {
  /** (B, T, n) */
  readonly inputs: Float32Array;
  /** T */
  readonly steps: number;
  /** S: predictions are made after each of the last S steps. */
  readonly outputSteps: number;
}

/** A network under training. tfjs's own training spends a millisecond per step on top of its arithmetic. */
export interface Trainer {
  /**
   * Makes one step of Adam along the gradient of the mean squared error.
   *
   * @param targets (B, S, n)
   * @returns the error before the step
   */
  step(batch: SequenceBatch, targets: Float32Array): number;
  /** @returns (B, S, n) */
  predict(batch: SequenceBatch): Float32Array;
}

/** The network in a kernel's memory. */
function placeNetwork(module: WebAssembly.Module, { assets, units }: Network) {
  const kernel = new Kernel(module);
  const [layer, dense] = [reserveLayer(kernel, assets, units), reserveDense(kernel, units, assets)];
  const parameters = [
    { weights: layer.weights.joint, gradients: layer.gradients.joint },
    { weights: layer.weights.bias, gradients: layer.gradients.bias },
    { weights: dense.weights.kernel, gradients: dense.gradients.kernel },
    { weights: dense.weights.bias, gradients: dense.gradients.bias },
  ];
  return { kernel, layer, dense, parameters };
}

/** @param network its weights change in place with each step */
export function createTrainer(
  module: WebAssembly.Module,
  network: Network,
  { learningRate }: { readonly learningRate: number },
): Trainer {
  const { kernel, layer, dense, parameters } = placeNetwork(module, network);
  const adam = createAdam(kernel, parameters, learningRate);
  const store = new ShapeStore(kernel, (shape: Shape & Pick<SequenceBatch, 'outputSteps'>) => {
    const passes = reservePasses(kernel, layer, shape);
    return { ...passes, head: new Head(kernel, dense, passes.height, shape.outputSteps) };
  });
  /** The weights may have changed since the last call: the best ones are put back after a training. */
  function begin({ inputs, steps, outputSteps }: SequenceBatch, keep: boolean) {
    setWeights(kernel, layer, network.lstm);
    setDense(kernel, dense, network);
    return store.of({ batch: inputs.length / (steps * network.assets), steps, outputSteps, keep });
  }
  return {
    step(batch, targets) {
      const { forward, backward, head } = begin(batch, true);
      const sequence = { x: batch.inputs, initial: undefined };
      setTransposedWeights(kernel, layer, network.lstm);
      for (const { gradients } of parameters) kernel.clear(gradients);
      let sum = 0;
      for (const pass of forward) {
        runForward(kernel, layer, pass, sequence, (t, h) => {
          sum += head.compareStep(pass, t, h, targets);
        });
        runBackward(kernel, layer, pass, backward, head.gradients(pass));
      }
      adam();
      getWeights(kernel, layer, network.lstm);
      getDense(kernel, dense, network);
      return sum / targets.length;
    },
    predict(batch) {
      const { forward, head } = begin(batch, false);
      const predictions = new Float32Array((batch.inputs.length / batch.steps) * batch.outputSteps);
      for (const pass of forward) {
        const sequence = { x: batch.inputs, initial: undefined };
        runForward(kernel, layer, pass, sequence, (t, h) => head.predictStep(pass, t, h, predictions));
      }
      return predictions;
    },
  };
}
