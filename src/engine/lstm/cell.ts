import type { LstmState } from './kernel/passage.ts';
import { reserveLayer, setWeights } from './kernel/layer.ts';
import { blockAt, openWasm, tiled } from './kernel/wasm.ts';
import type { Block, Wasm } from './kernel/wasm.ts';
import type { Network } from './network.ts';

/** Scenarios, and how many windows each of them has. */
interface Size {
  readonly rows: number;
  readonly windows: number;
}

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

const placeNetwork = (wasm: Wasm, { assets, units, lstm, denseKernel, denseBias }: Network) => {
  const layer = reserveLayer(wasm, assets, units);
  setWeights(wasm, layer, lstm);
  const dense = { kernel: wasm.reserve(tiled(units), assets), bias: wasm.reserve(1, assets) };
  wasm.pack({ data: denseKernel, rows: units, cols: assets }, dense.kernel);
  wasm.pack({ data: denseBias, rows: 1, cols: assets }, dense.bias);
  return { layer, dense };
};

/** (height, units) each, one a window. */
const reserveStates = (wasm: Wasm, units: number, height: number, windows: number) => ({
  h: wasm.reserve(height, units, windows),
  c: wasm.reserve(height, units, windows),
});

const reserveDay = (wasm: Wasm, assets: number, width: number, height: number) => ({
  day: wasm.reserve(height, assets),
  /** What the day adds to the gates, with their bias. */
  seen: wasm.reserve(height, width),
  gates: wasm.reserve(height, width),
  predicted: wasm.reserve(height, assets),
});

export const createCell = (module: WebAssembly.Module, network: Network, { rows, windows }: Size): Cell => {
  const wasm = openWasm(module);
  const { assets, units } = network;
  const { layer, dense } = placeNetwork(wasm, network);
  const [{ recurrent, kernel, bias }, height] = [layer.weights, tiled(rows)];
  const start = reserveStates(wasm, units, height, windows);
  const current = reserveStates(wasm, units, height, windows);
  const { day, seen, gates, predicted } = reserveDay(wasm, assets, layer.width, height);
  /** (1, width) a window: what its start adds to the gates of its first day, the same in every scenario. */
  const startGates = wasm.reserve(1, layer.width, windows);
  const zeros = wasm.reserve(1, layer.width);
  const ones = wasm.reserve(height, 1);
  wasm.pack({ data: Float32Array.of(1), rows: height, cols: 1, stride: 0 }, ones);
  const hasMoved = new Uint8Array(windows);

  const at = (window: number): { readonly h: Block; readonly c: Block } => {
    const { h, c } = hasMoved[window] ? current : start;
    return { h: blockAt(h, window), c: blockAt(c, window) };
  };

  return {
    setStart: (window, { output, memory }) => {
      const [h, c] = [blockAt(start.h, window), blockAt(start.c, window)];
      wasm.pack({ data: output, rows: height, cols: units, stride: 0 }, h);
      wasm.pack({ data: memory, rows: height, cols: units, stride: 0 }, c);
      wasm.multiply(h, units, recurrent, zeros, gates);
      const row = { data: new Float32Array(layer.width), rows: 1, cols: layer.width };
      wasm.unpack(gates, row);
      wasm.pack(row, blockAt(startGates, window));
    },
    restart: () => {
      hasMoved.fill(0);
    },
    see: (returns) => {
      wasm.pack({ data: returns, rows, cols: assets }, day);
      wasm.multiply(day, assets, kernel, bias, seen);
    },
    advance: (window) => {
      const { h, c } = at(window);
      if (hasMoved[window]) wasm.multiply(h, units, recurrent, seen, gates);
      else wasm.multiply(ones, 1, blockAt(startGates, window), seen, gates);
      wasm.step(gates, c, blockAt(current.c, window), blockAt(current.h, window));
      hasMoved[window] = 1;
    },
    predict: (window, prediction) => {
      wasm.multiply(at(window).h, units, dense.kernel, dense.bias, predicted);
      wasm.unpack(predicted, { data: prediction, rows, cols: assets });
    },
    state: (window) => {
      const { h, c } = at(window);
      const [output, memory] = [new Float32Array(units), new Float32Array(units)];
      wasm.unpack(h, { data: output, rows: 1, cols: units });
      wasm.unpack(c, { data: memory, rows: 1, cols: units });
      return { output, memory };
    },
  };
};
