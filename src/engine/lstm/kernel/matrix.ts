import { LANES, roundUp, TILE } from './panels.ts';

/** A matrix in the kernel's memory, laid out in panels (panels.ts). */
export interface PanelMatrix {
  /** Bytes. */
  readonly address: number;
  /** Rows, with padding. */
  readonly height: number;
  readonly panels: number;
}

/** Bytes of a panel's row. */
export const ROW = LANES * Float32Array.BYTES_PER_ELEMENT;

export const panelBytes = ({ height }: PanelMatrix): number => height * ROW;
export const bytes = ({ panels, height }: PanelMatrix): number => panels * height * ROW;

/** The t-th of the matrices that were reserved together with `first`. */
export function matrixAt(first: PanelMatrix, t: number): PanelMatrix {
  const { address, height, panels } = first;
  return { address: address + t * bytes(first), height, panels };
}

/** Some of the matrix's panels. */
export function panelsOf(matrix: PanelMatrix, from: number, panels: number): PanelMatrix {
  return { address: matrix.address + from * panelBytes(matrix), height: matrix.height, panels };
}

/** The matrix from that row on: only to be packed, unpacked, or multiplied by from the left. */
export function rowsFrom({ address, height, panels }: PanelMatrix, row: number): PanelMatrix {
  return { address: address + row * ROW, height, panels };
}

/** The height of a matrix that `multiplyTransposed` fills: whole tiles. */
export function tiled(rows: number): number {
  return roundUp(rows, TILE);
}

/** The height of a matrix that `multiply` reads and fills: tiles of 6 and 4 rows, or a single row without padding. */
export function batchHeight(rows: number): number {
  return rows === 1 ? 1 : Math.max(4, roundUp(rows, 2));
}
