import { bytes, panelBytes, type PanelMatrix, ROW } from './matrix.ts';
import { type PanelColumns, LANES, pack, roundUp, type Rows, unpack } from './panels.ts';

// prettier-ignore
const OPERATIONS = [
  'multiply', 'multiplyTransposed', 'transpose', 'addRows', 'step', 'stepKept', 'stepBack', 'squaredError', 'adam',
] as const;

/** What `assembly/` exports. Addresses and strides are in bytes. */
type Exports = Readonly<Record<(typeof OPERATIONS)[number], (...parameters: number[]) => number>> & {
  readonly memory: WebAssembly.Memory;
};

function isKernel(exports: unknown): exports is Exports {
  return typeof exports === 'object' && exports !== null && [...OPERATIONS, 'memory'].every((name) => name in exports);
}

const PAGE = 65_536;
const CACHE_LINE = 64;

/** Weights, their gradients and what Adam keeps of these: matrices of one shape. */
export interface Learnt {
  readonly weights: PanelMatrix;
  readonly gradients: PanelMatrix;
  /** The running mean of the gradients. */
  readonly means: PanelMatrix;
  /** That of their squares. */
  readonly squares: PanelMatrix;
}

/** One instance of the compiled kernel, with its own memory. Matrices are reserved one after the other. */
export class Kernel {
  readonly #exports: Exports;
  readonly #memory: WebAssembly.Memory;
  /** Bytes in use. The first page is the module's own. */
  #end: number;

  /** @throws Error when the module is another one */
  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module);
    if (!isKernel(exports)) throw new Error('The module is not the LSTM kernel.');
    this.#exports = exports;
    this.#memory = exports.memory;
    this.#end = this.#memory.buffer.byteLength;
  }

  /** All memory from the matrix on. */
  #view({ address }: PanelMatrix): Float32Array {
    return new Float32Array(this.#memory.buffer, address);
  }

  /** `release` gives back whatever is reserved after this. */
  mark(): number {
    return this.#end;
  }

  release(mark: number): void {
    this.#end = mark;
  }

  /** Reserves `count` matrices of zeros, one after the other. @returns the first */
  reserve(height: number, columns: number, count = 1): PanelMatrix {
    const matrix = { address: this.#end, height, panels: Math.ceil(columns / LANES) };
    this.#end += roundUp(count * bytes(matrix), CACHE_LINE);
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    new Uint8Array(this.#memory.buffer, matrix.address, this.#end - matrix.address).fill(0);
    return matrix;
  }

  pack(rows: Rows, matrix: PanelMatrix, columns?: PanelColumns): void {
    pack(rows, this.#view(matrix), matrix.height, columns);
  }

  unpack(matrix: PanelMatrix, rows: Rows, columns?: PanelColumns): void {
    unpack(this.#view(matrix), matrix.height, rows, columns);
  }

  clear(matrix: PanelMatrix): void {
    new Uint8Array(this.#memory.buffer, matrix.address, bytes(matrix)).fill(0);
  }

  /** Between matrices of one size. */
  copy(from: PanelMatrix, to: PanelMatrix): void {
    new Uint8Array(this.#memory.buffer).copyWithin(to.address, from.address, from.address + bytes(from));
  }

  /** Writes the transpose of A's first rows and columns. */
  transpose(a: PanelMatrix, rows: number, columns: number, to: PanelMatrix): void {
    this.#exports.transpose(rows, columns, a.address, panelBytes(a), to.address, panelBytes(to));
  }

  /** C = D + A B, over A's first `depth` columns. D may be a single row, which is added to every row. */
  multiply(a: PanelMatrix, depth: number, b: PanelMatrix, d: PanelMatrix, c: PanelMatrix): void {
    const dRow = d.height === 1 ? 0 : ROW;
    // prettier-ignore
    this.#exports.multiply(
      c.height, depth, c.panels,
      a.address, panelBytes(a), b.address, panelBytes(b), d.address, dRow, panelBytes(d), c.address, panelBytes(c),
    );
  }

  /** C += Aᵀ B, for A's first `columns` columns, summed over the `steps` matrices that begin with A and with B. */
  multiplyTransposed(a: PanelMatrix, columns: number, b: PanelMatrix, c: PanelMatrix, steps: number): void {
    // prettier-ignore
    this.#exports.multiplyTransposed(
      b.height, columns, c.panels, steps,
      a.address, panelBytes(a), bytes(a), b.address, panelBytes(b), bytes(b), c.address, panelBytes(c),
    );
  }

  /** Adds the sum of A's rows to `sums`, which has one row. */
  addRows(a: PanelMatrix, sums: PanelMatrix): void {
    this.#exports.addRows(a.height, a.panels, a.address, sums.address);
  }

  /** From the gates' pre-activations z and the last cell state: the new one, c (may be `last` itself), and h. */
  step(z: PanelMatrix, last: PanelMatrix, c: PanelMatrix, h: PanelMatrix): void {
    this.#exports.step(h.height, h.panels, z.address, last.address, c.address, h.address);
  }

  /** Like `step`, and leaves the gates in z and tanh c in t, for `stepBack`. */
  stepKept(z: PanelMatrix, last: PanelMatrix, c: PanelMatrix, h: PanelMatrix, t: PanelMatrix): void {
    this.#exports.stepKept(h.height, h.panels, z.address, last.address, c.address, h.address, t.address);
  }

  /** The gradient of `stepKept`. Replaces the gates in z by dz, and dc by the gradient of the last cell state. */
  stepBack(z: PanelMatrix, last: PanelMatrix, t: PanelMatrix, dh: PanelMatrix, dc: PanelMatrix): void {
    this.#exports.stepBack(dh.height, dh.panels, z.address, last.address, t.address, dh.address, dc.address);
  }

  /**
   * Writes `factor` × (predicted − target) into the gradient's first `rows` rows, and 0 into its padding.
   * @returns the sum of (predicted − target)² over them
   */
  squaredError(
    rows: number,
    predicted: PanelMatrix,
    targets: PanelMatrix,
    gradient: PanelMatrix,
    factor: number,
  ): number {
    const { height, panels } = predicted;
    // prettier-ignore
    return this.#exports.squaredError(
      rows, height, panels, predicted.address, targets.address, gradient.address, factor,
    );
  }

  /** One step of Adam (assembly/training.ts). */
  adam({ weights, gradients, means, squares }: Learnt, ...constants: readonly number[]): void {
    const { adam } = this.#exports;
    adam(bytes(weights), weights.address, gradients.address, means.address, squares.address, ...constants);
  }
}
