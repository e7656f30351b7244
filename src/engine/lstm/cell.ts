import { type Dense, reserveDense, setDense } from './kernel/dense.ts';
import { Kernel } from './kernel/kernel.ts';
import { type Layer, type LstmState, reserveLayer, setWeights } from './kernel/layer.ts';
import { batchHeight, matrixAt, type PanelMatrix } from './kernel/matrix.ts';
import type { Network } from './network.ts';

interface Size {
  /** Scenarios simulated together. */
  readonly rows: number;
  /** States per scenario. */
  readonly windows: number;
}

/** (height, units) each, the first of one per window. */
interface States {
  readonly h: PanelMatrix;
  readonly c: PanelMatrix;
}

const stateAt = ({ h, c }: States, window: number): States => ({ h: matrixAt(h, window), c: matrixAt(c, window) });

/** All else that a cell keeps in the kernel's memory. @param height of the scenarios, padded */
function reserveWorkspace(kernel: Kernel, { assets, units }: Network, width: number, height: number, windows: number) {
  const reserveStates = (): States => ({
    h: kernel.reserve(height, units, windows),
    c: kernel.reserve(height, units, windows),
  });
  const workspace = {
    initial: reserveStates(),
    current: reserveStates(),
    input: kernel.reserve(height, assets),
    /** What the input adds to the gates, with their bias. */
    inputGates: kernel.reserve(height, width),
    gates: kernel.reserve(height, width),
    predicted: kernel.reserve(height, assets),
    /** (1, width) per window: what its initial state adds to the gates on its first day, the same in every scenario. */
    initialGates: kernel.reserve(1, width, windows),
    zeros: kernel.reserve(1, width),
    ones: kernel.reserve(height, 1),
  };
  kernel.pack({ data: Float32Array.of(1), rows: height, cols: 1, stride: 0 }, workspace.ones);
  return workspace;
}

/**
 * A trained network that runs one day at a time, with several states ("windows") for each of several scenarios. For
 * each day call `setInput`, and then `step` for every window that reads it.
 */
export class LstmCell {
  readonly #network: Network;
  readonly #rows: number;
  readonly #kernel: Kernel;
  readonly #layer: Layer;
  readonly #dense: Dense;
  readonly #height: number;
  readonly #workspace: ReturnType<typeof reserveWorkspace>;
  readonly #hasStepped: Uint8Array;

  constructor(module: WebAssembly.Module, network: Network, { rows, windows }: Size) {
    this.#network = network;
    this.#rows = rows;
    this.#kernel = new Kernel(module);
    this.#layer = reserveLayer(this.#kernel, network.assets, network.units);
    setWeights(this.#kernel, this.#layer, network.lstm);
    this.#dense = reserveDense(this.#kernel, network.units, network.assets);
    setDense(this.#kernel, this.#dense, network);
    this.#height = batchHeight(rows);
    this.#workspace = reserveWorkspace(this.#kernel, network, this.#layer.width, this.#height, windows);
    this.#hasStepped = new Uint8Array(windows);
  }

  #state(window: number): States {
    const { initial, current } = this.#workspace;
    return stateAt(this.#hasStepped[window] ? current : initial, window);
  }

  /**
   * Sets the state from which the window starts in every scenario, instead of zeros.
   * @param state (1, units)
   */
  setInitialState(window: number, { hidden, cell }: LstmState): void {
    const { units } = this.#network;
    const { initial, initialGates, gates, zeros } = this.#workspace;
    const { h, c } = stateAt(initial, window);
    this.#kernel.pack({ data: hidden, rows: this.#height, cols: units, stride: 0 }, h);
    this.#kernel.pack({ data: cell, rows: this.#height, cols: units, stride: 0 }, c);
    this.#kernel.multiply(h, units, this.#layer.weights.recurrent, zeros, gates);
    const row = { data: new Float32Array(this.#layer.width), rows: 1, cols: this.#layer.width };
    this.#kernel.unpack(gates, row);
    this.#kernel.pack(row, matrixAt(initialGates, window));
  }

  /**
   * Sets the window's state in each scenario.
   * @param states (rows, units) each
   */
  setStates(window: number, { hidden, cell }: LstmState): void {
    const { units } = this.#network;
    const { h, c } = stateAt(this.#workspace.current, window);
    this.#kernel.pack({ data: hidden, rows: this.#rows, cols: units }, h);
    this.#kernel.pack({ data: cell, rows: this.#rows, cols: units }, c);
    this.#hasStepped[window] = 1;
  }

  /** Returns every window to its initial state. */
  reset(): void {
    this.#hasStepped.fill(0);
  }

  /** Sets the day that the next steps read. @param day (rows, n) standardised returns */
  setInput(day: Float32Array): void {
    const { assets } = this.#network;
    const { input, inputGates } = this.#workspace;
    const { kernel, bias } = this.#layer.weights;
    this.#kernel.pack({ data: day, rows: this.#rows, cols: assets }, input);
    this.#kernel.multiply(input, assets, kernel, bias, inputGates);
  }

  /** Advances the window by the day that was set. */
  step(window: number): void {
    const { current, initialGates, inputGates, gates, ones } = this.#workspace;
    const { h, c } = this.#state(window);
    if (this.#hasStepped[window]) {
      this.#kernel.multiply(h, this.#network.units, this.#layer.weights.recurrent, inputGates, gates);
    } else {
      this.#kernel.multiply(ones, 1, matrixAt(initialGates, window), inputGates, gates);
    }
    const next = stateAt(current, window);
    this.#kernel.step(gates, c, next.c, next.h);
    this.#hasStepped[window] = 1;
  }

  /** Writes the window's prediction of its next day. @param prediction (rows, n) standardised returns */
  predict(window: number, prediction: Float32Array): void {
    const { assets, units } = this.#network;
    const { predicted } = this.#workspace;
    const { kernel, bias } = this.#dense.weights;
    this.#kernel.multiply(this.#state(window).h, units, kernel, bias, predicted);
    this.#kernel.unpack(predicted, { data: prediction, rows: this.#rows, cols: assets });
  }

  /** The window's state in the first scenario, (1, units). */
  firstState(window: number): LstmState {
    const { units } = this.#network;
    const { h, c } = this.#state(window);
    const [hidden, cell] = [new Float32Array(units), new Float32Array(units)];
    this.#kernel.unpack(h, { data: hidden, rows: 1, cols: units });
    this.#kernel.unpack(c, { data: cell, rows: 1, cols: units });
    return { hidden, cell };
  }
}
