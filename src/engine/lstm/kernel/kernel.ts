import { type Columns, LANES, pack, packTransposed, roundUp, type Rows, TILE, unpack } from './panels.ts';

const OPERATIONS = ['multiply', 'multiplyTransposed', 'addRows', 'step', 'stepKept', 'stepBack'] as const;

/** What `assembly/` exports. Addresses and strides are in bytes. */
type Exports = Readonly<Record<(typeof OPERATIONS)[number], (...parameters: number[]) => void>> & {
  readonly memory: WebAssembly.Memory;
};

function isKernel(exports: unknown): exports is Exports {
  return typeof exports === 'object' && exports !== null && [...OPERATIONS, 'memory'].every((name) => name in exports);
}

/** A matrix in the kernel's memory, laid out in panels (panels.ts). */
export interface PanelMatrix {
  /** Bytes. */
  readonly address: number;
  /** Rows, with padding. */
  readonly height: number;
  readonly panels: number;
}

/** Bytes of a panel's row. */
const ROW = LANES * Float32Array.BYTES_PER_ELEMENT;
const PAGE = 65_536;
const CACHE_LINE = 64;

const panelBytes = ({ height }: PanelMatrix): number => height * ROW;
const bytes = (matrix: PanelMatrix): number => matrix.panels * panelBytes(matrix);

/** The t-th of the matrices that were reserved together with `first`. */
export function matrixAt(first: PanelMatrix, t: number): PanelMatrix {
  return {
    ...first,
    address: first.address + t * bytes(first),
  };
}

/** The height of a matrix with this many rows, padded to whole tiles. */
export function tiled(rows: number): number {
  return roundUp(rows, TILE);
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

  #view(matrix: PanelMatrix): Float32Array {
    return new Float32Array(this.#memory.buffer, matrix.address, bytes(matrix) / 4);
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

  pack(rows: Rows, matrix: PanelMatrix, columns?: Columns): void {
    pack(rows, this.#view(matrix), matrix.height, columns);
  }

  packTransposed(rows: Rows, matrix: PanelMatrix, columns: Columns): void {
    packTransposed(rows, this.#view(matrix), matrix.height, columns);
  }

  unpack(matrix: PanelMatrix, rows: Rows, columns?: Columns): void {
    unpack(this.#view(matrix), matrix.height, rows, columns);
  }

  clear(matrix: PanelMatrix): void {
    this.#view(matrix).fill(0);
  }

  /** C = D + A B, over A's first `depth` columns. D may be a single row, which is added to every row. */
  multiply(a: PanelMatrix, depth: number, b: PanelMatrix, d: PanelMatrix, c: PanelMatrix): void {
    const [aPanel, bPanel, dPanel, cPanel] = [panelBytes(a), panelBytes(b), panelBytes(d), panelBytes(c)];
    const dRow = d.height === 1 ? 0 : ROW;
    // prettier-ignore
    this.#exports.multiply(
      c.height, depth, c.panels,
      a.address, aPanel, b.address, bPanel, d.address, dRow, dPanel, c.address, cPanel,
    );
  }

  /** C += Aᵀ B, for A's first `columns` columns. */
  multiplyTransposed(a: PanelMatrix, columns: number, b: PanelMatrix, c: PanelMatrix): void {
    const [aPanel, bPanel, cPanel] = [panelBytes(a), panelBytes(b), panelBytes(c)];
    // prettier-ignore
    this.#exports.multiplyTransposed(
      b.height, columns, c.panels,
      a.address, aPanel, b.address, bPanel, c.address, cPanel,
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
}
