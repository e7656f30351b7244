import { blockAt, openKernel, tiled } from './kernel/kernel.ts';
import type { Block } from './kernel/kernel.ts';
import { reserveLayer, setWeights } from './kernel/layer.ts';
import type { LstmState } from './kernel/passage.ts';
import type { Network } from './model.ts';

/** A trained network one day at a time, for some windows of each of some scenarios. */
export interface Cell {
  /** Window k begins, in every scenario, from this state, (1, units); without it, from zeros. */
  setStart(window: number, state: LstmState): void;
  /** All windows back to their start. */
  restart(): void;
  /** Looks at a day, for the windows that are then advanced by it. @param day (rows, n) standardised returns */
  see(day: Float32Array): void;
  /** Window k takes in the day last seen. */
  advance(window: number): void;
  /** Fills (rows, n): what window k says of its next day, standardised. */
  predict(window: number, prediction: Float32Array): void;
  /** Of the first scenario, (1, units). */
  state(window: number): LstmState;
}

export const createCell = (
  module: WebAssembly.Module,
  { assets, units, lstm, denseKernel, denseBias }: Network,
  { rows, windows }: { readonly rows: number; readonly windows: number },
): Cell => {
  const kernel = openKernel(module);
  const layer = reserveLayer(kernel, assets, units);
  setWeights(kernel, layer, lstm);
  const dense = { kernel: kernel.reserve(tiled(units), assets), bias: kernel.reserve(1, assets) };
  kernel.pack({ data: denseKernel, rows: units, cols: assets }, dense.kernel);
  kernel.pack({ data: denseBias, rows: 1, cols: assets }, dense.bias);

  const height = tiled(rows);
  const states = () => ({ h: kernel.reserve(height, units, windows), c: kernel.reserve(height, units, windows) });
  const [start, current] = [states(), states()];
  /** (1, width) a window: what its start adds to the gates of its first day, the same in every scenario. */
  const startGates = kernel.reserve(1, layer.width, windows);
  const ones = kernel.reserve(height, 1);
  kernel.pack({ data: Float32Array.of(1), rows: height, cols: 1, stride: 0 }, ones);
  const zeros = kernel.reserve(1, layer.width);
  const day = kernel.reserve(height, assets);
  /** What the day adds to the gates, with the bias. */
  const seen = kernel.reserve(height, layer.width);
  const gates = kernel.reserve(height, layer.width);
  const predicted = kernel.reserve(height, assets);
  const hasMoved = new Uint8Array(windows);

  const at = (window: number): { readonly h: Block; readonly c: Block } => {
    const { h, c } = hasMoved[window] ? current : start;
    return { h: blockAt(h, window), c: blockAt(c, window) };
  };

  return {
    setStart: (window, { output, memory }) => {
      const [h, c] = [blockAt(start.h, window), blockAt(start.c, window)];
      kernel.pack({ data: output, rows: height, cols: units, stride: 0 }, h);
      kernel.pack({ data: memory, rows: height, cols: units, stride: 0 }, c);
      kernel.multiply(h, units, layer.weights.recurrent, zeros, gates);
      const row = { data: new Float32Array(layer.width), rows: 1, cols: layer.width };
      kernel.unpack(gates, row);
      kernel.pack(row, blockAt(startGates, window));
    },
    restart: () => void hasMoved.fill(0),
    see: (returns) => {
      kernel.pack({ data: returns, rows, cols: assets }, day);
      kernel.multiply(day, assets, layer.weights.kernel, layer.weights.bias, seen);
    },
    advance: (window) => {
      const { h, c } = at(window);
      if (hasMoved[window]) kernel.multiply(h, units, layer.weights.recurrent, seen, gates);
      else kernel.multiply(ones, 1, blockAt(startGates, window), seen, gates);
      kernel.step(gates, c, blockAt(current.c, window), blockAt(current.h, window));
      hasMoved[window] = 1;
    },
    predict: (window, prediction) => {
      kernel.multiply(at(window).h, units, dense.kernel, dense.bias, predicted);
      kernel.unpack(predicted, { data: prediction, rows, cols: assets });
    },
    state: (window) => {
      const { h, c } = at(window);
      const [output, memory] = [new Float32Array(units), new Float32Array(units)];
      kernel.unpack(h, { data: output, rows: 1, cols: units });
      kernel.unpack(c, { data: memory, rows: 1, cols: units });
      return { output, memory };
    },
  };
};
