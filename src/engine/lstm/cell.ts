import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { Tf } from './backend.ts';
import { weightsOf } from './model.ts';

/**
 * What an LSTM remembers, a row a window. Halved, because tanh(x) = 2σ(2x) − 1: the logistic function
 * is vectorised in WebAssembly and fused into the product, tanh is neither.
 */
// oxlint-disable-next-line typescript/consistent-type-definitions -- tf.tidy takes no interfaces
export type State = {
  /** c / 2, (rows, units) */
  readonly memory: Tensor;
  /** h / 2, (rows, units) */
  readonly output: Tensor;
};

/** The trained network, one day at a time: what the stock layer computes, in a fraction of its time. */
export interface Cell {
  /** Where every window starts. */
  start(rows: number): State;
  /** @param day (rows, n) standardised returns. The state given is disposed of. */
  step(day: Tensor, state: State): State;
  /** @returns (rows, n) standardised prediction of the next day */
  predict(state: State): Tensor;
  dispose(): void;
}

/** @param model as `buildModel` makes it; not needed afterwards */
export const createCell = (tf: Tf, model: LayersModel): Cell => {
  const { kernel, recurrent, bias, denseKernel, denseBias } = weightsOf(model);
  const units = denseKernel.shape[0];
  /** One gate for [x, h / 2], times `scale`; kernel (n + units, units). */
  const cut = (gate: number, scale: number) =>
    tf.tidy(() => ({
      kernel: tf
        .concat([kernel, recurrent.mul(2)], 0)
        .slice([0, gate * units], [-1, units])
        .mul(scale),
      bias: bias.slice([gate * units], [units]).mul(scale),
    }));
  // tfjs's order.
  const [input, forget, candidate, output] = [cut(0, 1), cut(1, 1), cut(2, 2), cut(3, 1)] as const;
  const dense = tf.tidy(() => ({ kernel: denseKernel.mul(2), bias: denseBias.clone() }));
  const open = (gate: typeof input, a: Tensor): Tensor =>
    tf.fused.matMul({ a, b: gate.kernel, bias: gate.bias, activation: 'sigmoid' });
  return {
    start: (rows) => ({ memory: tf.zeros([rows, units]), output: tf.zeros([rows, units]) }),
    step: (day, state) => {
      const next = tf.tidy(() => {
        const seen = tf.concat([day, state.output], 1);
        const kept = open(forget, seen).mul(state.memory);
        const memory = kept.add(open(input, seen).mul(open(candidate, seen).sub(0.5)));
        return { memory, output: open(output, seen).mul(memory.mul(4).sigmoid().sub(0.5)) };
      });
      tf.dispose(state);
      return next;
    },
    predict: (state) => tf.fused.matMul({ a: state.output, b: dense.kernel, bias: dense.bias }),
    dispose: () => tf.dispose([input, forget, candidate, output, dense]),
  };
};
