import { LANES, pack, packTransposed, roundUp, TILE, unpack } from './panels.ts';
import type { Columns, Rows } from './panels.ts';

const OPERATIONS = ['multiply', 'multiplyTransposed', 'addRows', 'step', 'stepKept', 'stepBack'] as const;

/** What `assembly/` exports, with its parameters: addresses and strides in bytes. */
type Exports = Readonly<Record<(typeof OPERATIONS)[number], (...parameters: number[]) => void>> & {
  readonly memory: WebAssembly.Memory;
};

const isKernel = (exports: unknown): exports is Exports =>
  typeof exports === 'object' && exports !== null && [...OPERATIONS, 'memory'].every((name) => name in exports);

/** A matrix in the kernel's memory, in panels (panels.ts). */
export interface Block {
  /** Bytes. */
  readonly address: number;
  /** Rows, with padding. */
  readonly height: number;
  readonly panels: number;
}

/** Bytes of a row of a panel. */
const ROW = LANES * Float32Array.BYTES_PER_ELEMENT;
const PAGE = 65_536;
const CACHE_LINE = 64;

const panelBytes = ({ height }: Block): number => height * ROW;
const bytes = (block: Block): number => block.panels * panelBytes(block);

/** The t-th of blocks that were reserved together. */
export const blockAt = (first: Block, t: number): Block => ({ ...first, address: first.address + t * bytes(first) });

/** The height of a block that a product or a step fills with so many rows. */
export const tiled = (rows: number): number => roundUp(rows, TILE);

/** One instance of the kernel, with a memory of its own in which blocks are reserved one after the other. */
export type Wasm = ReturnType<typeof openWasm>;

export const openWasm = (module: WebAssembly.Module) => {
  const { exports } = new WebAssembly.Instance(module);
  if (!isKernel(exports)) throw new Error('The module is not the LSTM kernel.');
  const { memory } = exports;
  // The first page is the module's own.
  let end = memory.buffer.byteLength;
  const view = (block: Block): Float32Array => new Float32Array(memory.buffer, block.address, bytes(block) / 4);

  return {
    /** What is reserved from now on can be given back by `release`. */
    mark: (): number => end,
    release: (mark: number): void => {
      end = mark;
    },
    /** Zeros: `count` blocks that follow each other, of which the first is given. */
    reserve: (height: number, columns: number, count = 1): Block => {
      const block = { address: end, height, panels: Math.ceil(columns / LANES) };
      end += roundUp(count * bytes(block), CACHE_LINE);
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      new Uint8Array(memory.buffer, block.address, end - block.address).fill(0);
      return block;
    },
    pack: (rows: Rows, block: Block, columns?: Columns): void => pack(rows, view(block), block.height, columns),
    packTransposed: (rows: Rows, block: Block, columns: Columns): void =>
      packTransposed(rows, view(block), block.height, columns),
    unpack: (block: Block, rows: Rows, columns?: Columns): void => unpack(view(block), block.height, rows, columns),
    clear: (block: Block): void => {
      view(block).fill(0);
    },
    /** C = D + A B, over A's first `depth` columns; D may be a single row, which is added to every row. */
    multiply: (a: Block, depth: number, b: Block, d: Block, c: Block): void =>
      exports.multiply(
        c.height,
        depth,
        c.panels,
        a.address,
        panelBytes(a),
        b.address,
        panelBytes(b),
        d.address,
        d.height === 1 ? 0 : ROW,
        panelBytes(d),
        c.address,
        panelBytes(c),
      ),
    /** C += Aᵀ B, for A's first `columns` columns. */
    multiplyTransposed: (a: Block, columns: number, b: Block, c: Block): void =>
      exports.multiplyTransposed(
        b.height,
        columns,
        c.panels,
        a.address,
        panelBytes(a),
        b.address,
        panelBytes(b),
        c.address,
        panelBytes(c),
      ),
    /** The one row `sums` += the sum of A's rows. */
    addRows: (a: Block, sums: Block): void => exports.addRows(a.height, a.panels, a.address, sums.address),
    /** The gates' sums z and the memory `before` → the memory c, which may be `before` itself, and the output h. */
    step: (z: Block, before: Block, c: Block, h: Block): void =>
      exports.step(h.height, h.panels, z.address, before.address, c.address, h.address),
    /** As `step`, and leaves the gates in z and tanh c in t. */
    stepKept: (z: Block, before: Block, c: Block, h: Block, t: Block): void =>
      exports.stepKept(h.height, h.panels, z.address, before.address, c.address, h.address, t.address),
    /** The way back through `stepKept`: dh and dc → the gradient of z in its place, that of `before` in dc's. */
    stepBack: (z: Block, before: Block, t: Block, dh: Block, dc: Block): void =>
      exports.stepBack(dh.height, dh.panels, z.address, before.address, t.address, dh.address, dc.address),
  };
};
