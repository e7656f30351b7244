import { describe, expect, it } from 'vitest';
import { LstmCell } from '../../../src/engine/lstm/cell.ts';
import { loadKernel } from '../../../src/engine/lstm/kernel/load.ts';
import { Lstm } from '../../../src/engine/lstm/kernel/lstm.ts';
import { largestDifference, randomNumbers } from '../../support/numbers.ts';

const module = await loadKernel();
const [assets, units] = [3, 10];
const next = randomNumbers(11);
const network = {
  assets,
  units,
  lstm: { kernel: next(assets * 4 * units), recurrent: next(units * 4 * units, 0.4), bias: next(4 * units) },
  denseKernel: next(units * assets),
  denseBias: next(assets),
};

/** (rows, T, n) → day t, (rows, n) */
const dayOf = (x: Float32Array, rows: number, steps: number, t: number): Float32Array =>
  Float32Array.from(
    { length: rows * assets },
    (_, i) => x[(Math.floor(i / assets) * steps + t) * assets + (i % assets)]!,
  );

/** By the sequence kernel and a dense layer in float64. */
const predictions = (x: Float32Array, rows: number, steps: number): number[] => {
  const sequence = { x, batch: rows, steps, all: false, keep: false, weights: network.lstm, initial: undefined };
  const { hidden } = new Lstm(module, assets, units).forward(sequence).final;
  return Array.from({ length: rows * assets }, (_, i) => {
    const [m, j] = [Math.floor(i / assets), i % assets];
    let sum = network.denseBias[j]!;
    for (let k = 0; k < units; k += 1) sum += hidden[m * units + k]! * network.denseKernel[k * assets + j]!;
    return sum;
  });
};

describe('LstmCell', () => {
  it.each([1, 7, 10_000])('is the sequence, a day at a time, for %i scenarios', (rows) => {
    const x = next(rows * 4 * assets);
    const cell = new LstmCell(module, network, { rows, windows: 1 });
    for (let t = 0; t < 4; t += 1) {
      cell.setInput(dayOf(x, rows, 4, t));
      cell.step(0);
    }
    const predicted = new Float32Array(rows * assets);
    cell.predict(0, predicted);
    expect(largestDifference(predicted, predictions(x, rows, 4))).toBeLessThan(1e-5);
  });

  it('starts each window from its initial state, and again after a reset', () => {
    const [past, x] = [next(2 * assets), next(5 * assets)];
    const one = new LstmCell(module, network, { rows: 1, windows: 1 });
    for (const t of [0, 1]) {
      one.setInput(dayOf(past, 1, 2, t));
      one.step(0);
    }
    const cell = new LstmCell(module, network, { rows: 5, windows: 3 });
    cell.setInitialState(1, one.firstState(0));
    const empty = () => new Float32Array(5 * assets);
    const [before, begun, fresh] = [empty(), empty(), empty()];
    for (let round = 0; round < 2; round += 1) {
      cell.reset();
      cell.predict(1, before);
      cell.setInput(x);
      cell.step(1);
      cell.step(2);
      cell.predict(1, begun);
      cell.predict(2, fresh);
      const whole = Float32Array.from({ length: 5 * 3 * assets }, (_, i) => {
        const [m, at] = [Math.floor(i / (3 * assets)), i % (3 * assets)];
        return at < 2 * assets ? past[at]! : x[m * assets + at - 2 * assets]!;
      });
      expect(largestDifference(before.subarray(0, assets), predictions(past, 1, 2))).toBeLessThan(1e-5);
      expect(largestDifference(begun, predictions(whole, 5, 3))).toBeLessThan(1e-5);
      expect(largestDifference(fresh, predictions(x, 5, 1))).toBeLessThan(1e-5);
    }
  });
});
