// How the kernel lays matrices out. Element (r, j) of a matrix of `height` rows has the index
// (j / 8) · 8 · height + 8 r + j % 8. The numbers that a tile of a product reads lie together, and so do the tiles.

/** Columns of a panel: two registers of four float32. */
export const LANES = 8;

/** Rows of a tile. */
export const TILE = 6;

export function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

/** A row-major matrix, possibly a view into a larger array. */
export interface Rows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** Index of the first row's first number; absent: 0. */
  readonly start?: number;
  /** Numbers from one row to the next; absent: `cols`. 0 repeats one row. */
  readonly stride?: number;
}

/** Element j is the panel column that holds column j of the rows. */
export type PanelColumns = Uint32Array;

/**
 * Maps tfjs's gate columns (input, forget, candidate, output of `units` units each) to panel columns. For every 8
 * units there is one panel of each gate. Padding columns belong to units that stay 0.
 */
export function gateColumns(units: number): PanelColumns {
  return Uint32Array.from({ length: 4 * units }, (_, j) => {
    const [gate, unit] = [Math.floor(j / units), j % units];
    return (Math.floor(unit / LANES) * 4 + gate) * LANES + (unit % LANES);
  });
}

/** Index of a column's first element. The others follow at intervals of LANES. */
function columnStart(column: number, height: number): number {
  return Math.floor(column / LANES) * LANES * height + (column % LANES);
}

/** Copies rows into panels of `height` rows. */
export function pack(source: Rows, panels: Float32Array, height: number, columns?: PanelColumns): void {
  const { data, rows, cols, start = 0, stride = cols } = source;
  for (let j = 0; j < cols; j += 1) {
    let to = columnStart(columns ? columns[j]! : j, height);
    for (let r = 0; r < rows; r += 1, to += LANES) panels[to] = data[start + r * stride + j]!;
  }
}

/** Copies panels of `height` rows into rows. */
export function unpack(panels: Float32Array, height: number, target: Rows, columns?: PanelColumns): void {
  const { data, rows, cols, start = 0, stride = cols } = target;
  for (let j = 0; j < cols; j += 1) {
    let from = columnStart(columns ? columns[j]! : j, height);
    for (let r = 0; r < rows; r += 1, from += LANES) data[start + r * stride + j] = panels[from]!;
  }
}
