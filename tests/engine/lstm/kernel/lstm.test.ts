import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadKernel } from '../../../../src/engine/lstm/kernel/load.ts';
import { Lstm, type Sequence } from '../../../../src/engine/lstm/kernel/lstm.ts';
import { largestDifference, randomNumbers } from '../../../support/numbers.ts';
import { referenceOutputs } from '../../../support/reference-lstm.ts';
import type { ReferenceInputs } from '../../../support/reference-lstm.ts';
import { wasm } from '../../../support/small-model.ts';

const { tf } = wasm;

interface Size {
  readonly batch: number;
  readonly steps: number;
  /** n */
  readonly inputs: number;
  readonly units: number;
  readonly all: boolean;
}

const size = (batch: number, steps: number, inputs: number, units: number, all = false): Size => ({
  batch,
  steps,
  inputs,
  units,
  all,
});

/** A sequence, and the gradient of a loss: that of Σ outputs × gradient. */
const randomSequence = ({ batch, steps, inputs, units, all }: Size, seed = 1) => {
  const next = randomNumbers(seed);
  const weights = {
    kernel: next(inputs * 4 * units),
    recurrent: next(units * 4 * units, 1.5 / Math.sqrt(units)),
    bias: next(4 * units),
  };
  const sequence: Sequence = {
    weights,
    x: next(batch * steps * inputs, 2),
    batch,
    steps,
    all,
    keep: true,
    initial: undefined,
  };
  return { sequence, gradient: next(batch * (all ? steps : 1) * units) };
};

const outputsOf = (lstm: Lstm, sequence: Sequence): Float32Array => {
  const { all, final } = lstm.forward(sequence);
  return all ?? final.hidden;
};

/** tfjs's own layer: its outputs, and the gradients of kernel, recurrent kernel, bias and x. */
const stock = ({ inputs, units, all }: Size, { x, batch, steps, weights }: Sequence, gradient: Float32Array) => {
  const inputShape = [steps, inputs];
  const layer = tf.layers.lstm({
    units,
    inputShape,
    returnSequences: all,
    recurrentActivation: 'sigmoid',
    recurrentInitializer: 'zeros',
  });
  const model = tf.sequential({ layers: [layer] });
  const answer = tf.tidy(() => {
    const shapes = layer.getWeights().map(({ shape }) => shape);
    layer.setWeights([weights.kernel, weights.recurrent, weights.bias].map((data, i) => tf.tensor(data, shapes[i])));
    const apply = (sequence: Tensor) => [layer.call(sequence, {})].flat()[0]!;
    const loss = (sequence: Tensor) => apply(sequence).flatten().dot(tf.tensor1d(gradient)).asScalar();
    const input = tf.tensor3d(x, [batch, steps, inputs]);
    const { grads } = tf.variableGrads(() => loss(input));
    const gradients = [...Object.values(grads), tf.grad(loss)(input)].map((tensor) => tensor.dataSync());
    return { outputs: apply(input).dataSync(), gradients };
  });
  model.dispose();
  return answer;
};

const toReference = ({ x, weights, initial, batch }: Sequence): ReferenceInputs => {
  const zeros = new Float64Array((batch * weights.bias.length) / 4);
  return {
    x: Float64Array.from(x),
    kernel: Float64Array.from(weights.kernel),
    recurrent: Float64Array.from(weights.recurrent),
    bias: Float64Array.from(weights.bias),
    hidden: initial ? Float64Array.from(initial.hidden) : zeros,
    cell: initial ? Float64Array.from(initial.cell) : zeros,
  };
};

const referenceLoss = (inputs: ReferenceInputs, { batch, steps, all }: Sequence, gradient: Float32Array): number => {
  const outputs = Array.from({ length: batch }, (_, b) => referenceOutputs(inputs, b, steps).slice(all ? 0 : -1)).flat(
    2,
  );
  return outputs.reduce((sum, output, i) => sum + output * gradient[i]!, 0);
};

/** By central differences of the float64 reference. */
const slopes = (sequence: Sequence, gradient: Float32Array, of: keyof ReferenceInputs): number[] => {
  const inputs = toReference(sequence);
  const lossWith = (i: number, change: number) =>
    referenceLoss({ ...inputs, [of]: inputs[of].with(i, inputs[of][i]! + change) }, sequence, gradient);
  return Array.from(inputs[of], (_, i) => (lossWith(i, 1e-5) - lossWith(i, -1e-5)) / 2e-5);
};

describe.each(['relaxed', 'plain'] as const)('the %s kernel', async (twin) => {
  const module = await loadKernel(twin);

  it.each([
    size(1, 2, 1, 1),
    size(3, 4, 1, 5, true),
    size(2, 3, 13, 30),
    size(7, 5, 12, 8, true),
    size(64, 60, 12, 64),
    size(100, 3, 9, 16),
    size(197, 2, 2, 3, true),
    // More steps than are summed at once.
    size(1, 250, 4, 7, true),
    size(40, 11, 12, 64, true),
  ])('computes what tfjs computes, with its gradients: %o', (shape) => {
    const { sequence, gradient } = randomSequence(shape);
    const lstm = new Lstm(module, shape.inputs, shape.units);
    const expected = stock(shape, sequence, gradient);
    expect(largestDifference(outputsOf(lstm, sequence), expected.outputs)).toBeLessThan(1e-5);
    const { kernel, recurrent, bias, x } = lstm.backward(sequence, gradient, { x: true });
    [kernel, recurrent, bias, x!].forEach((actual, i) => {
      expect(largestDifference(actual, expected.gradients[i]!)).toBeLessThan(1e-4);
    });
  });

  it.each([size(1, 1, 1, 1), size(1, 1, 13, 5), size(2, 3, 3, 5, true), size(7, 4, 2, 9)])(
    'has the gradients that finite differences give, from any state: %o',
    (shape) => {
      const { sequence, gradient } = randomSequence(shape, 2);
      const next = randomNumbers(3);
      const initial = { hidden: next(shape.batch * shape.units), cell: next(shape.batch * shape.units, 2) };
      const begun = { ...sequence, initial };
      const lstm = new Lstm(module, shape.inputs, shape.units);
      const outputs = Array.from({ length: shape.batch }, (_, b) =>
        referenceOutputs(toReference(begun), b, shape.steps).slice(shape.all ? 0 : -1),
      );
      expect(largestDifference(outputsOf(lstm, begun), outputs.flat(2))).toBeLessThan(1e-5);
      const { x, initial: states, ...weights } = lstm.backward(begun, gradient, { x: true });
      const gradients = { ...weights, x: x!, ...states };
      for (const of of ['x', 'kernel', 'recurrent', 'bias', 'hidden', 'cell'] as const) {
        expect(largestDifference(gradients[of], slopes(begun, gradient, of))).toBeLessThan(1e-4);
      }
    },
  );

  it('gives the same bits again, whatever it computed in between', () => {
    const { sequence, gradient } = randomSequence(size(70, 9, 12, 20, true));
    const other = randomSequence(size(150, 3, 12, 20), 5);
    const lstm = new Lstm(module, 12, 20);
    const outputs = lstm.forward(sequence);
    const gradients = lstm.backward(sequence, gradient, { x: true });
    lstm.forward(other.sequence);
    expect(lstm.forward({ ...sequence, keep: false })).toEqual(outputs);
    expect(lstm.backward(sequence, gradient, { x: true })).toEqual(gradients);
    lstm.forward(sequence);
    lstm.backward(other.sequence, other.gradient, { x: false });
    expect(lstm.backward(sequence, gradient, { x: true })).toEqual(gradients);
    expect(new Lstm(module, 12, 20).backward(sequence, gradient, { x: true })).toEqual(gradients);
  });

  it('carries its state on: two halves are the whole', () => {
    const { sequence } = randomSequence(size(1, 6, 4, 12, true));
    const lstm = new Lstm(module, 4, 12);
    const whole = lstm.forward(sequence);
    const first = lstm.forward({ ...sequence, x: sequence.x.slice(0, 12), steps: 3 });
    const second = lstm.forward({ ...sequence, x: sequence.x.slice(12), steps: 3, initial: first.final });
    expect([...first.all!, ...second.all!]).toEqual([...whole.all!]);
    expect(second.final).toEqual(whole.final);
  });

  it('stays within 1e-6 of tanh and the logistic function, however far out, and passes a NaN on', () => {
    const count = 20_001;
    const x = Float32Array.from({ length: count }, (_, i) => (i - 10_000) / 500);
    const cell = new Float32Array(count).fill(1);
    // One unit, all gates shut or open but the one that x moves; c = 1 before.
    const moved = (gate: number, bias: readonly number[]) => {
      const weights = {
        kernel: Float32Array.of(0, 0, 0, 0),
        recurrent: new Float32Array(4),
        bias: Float32Array.from(bias),
      };
      weights.kernel[gate] = 1;
      const initial = { hidden: new Float32Array(count), cell };
      return new Lstm(module, 1, 1).forward({ weights, x, batch: count, steps: 1, all: false, keep: false, initial })
        .final;
    };
    const [open, shut] = [50, -50];
    const forgotten = moved(1, [shut, 0, 0, shut]).cell;
    expect(
      largestDifference(
        forgotten,
        x.map((value) => 1 / (1 + Math.exp(-value))),
      ),
    ).toBeLessThan(1e-6);
    const squashed = moved(2, [open, shut, 0, shut]).cell;
    expect(largestDifference(squashed, x.map(Math.tanh))).toBeLessThan(1e-6);
    expect(Math.max(...squashed)).toBeLessThanOrEqual(1);
    expect([...moved(1, [shut, Number.NaN, 0, open]).hidden].every(Number.isNaN)).toBe(true);
  });
});
