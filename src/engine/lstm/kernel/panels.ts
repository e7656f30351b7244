// Pure: how the kernel lays matrices out. Element (r, j) of a matrix of `height` rows is number
// (j / 8) · 8 · height + 8 r + j % 8: what a tile of a product reads lies together, and so do the tiles.

/** Columns of a panel: two registers of four float32. */
export const LANES = 8;

/** Rows of a tile. */
export const TILE = 6;

export const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;

/** Rows of numbers, anywhere in an array. */
export interface Rows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
  /** The first row's first number; absent: 0. */
  readonly start?: number;
  /** Numbers from one row to the next; absent: `cols`. */
  readonly stride?: number;
}

/** Which column of the panels holds column j of the rows. */
export type Columns = Uint32Array;

/**
 * The columns of tfjs's gates, input, forget, candidate and output of `units` units: the panels hold for each
 * 8 units a panel of each gate. What is left over belongs to units that stay 0.
 */
export const gateColumns = (units: number): Columns =>
  Uint32Array.from({ length: 4 * units }, (_, j) => {
    const [gate, unit] = [Math.floor(j / units), j % units];
    return (Math.floor(unit / LANES) * 4 + gate) * LANES + (unit % LANES);
  });

/** Number of the first element of a column; the others follow, LANES apart. */
const columnStart = (column: number, height: number): number =>
  Math.floor(column / LANES) * LANES * height + (column % LANES);

/** Copies rows to panels of `height` rows. */
export const pack = (source: Rows, panels: Float32Array, height: number, columns?: Columns): void => {
  const { data, rows, cols, start = 0, stride = cols } = source;
  for (let j = 0; j < cols; j += 1) {
    let to = columnStart(columns ? columns[j]! : j, height);
    for (let r = 0; r < rows; r += 1, to += LANES) panels[to] = data[start + r * stride + j]!;
  }
};

/** Copies rows to columns of panels of `height` rows, and columns to rows. */
export const packTransposed = (source: Rows, panels: Float32Array, height: number, columns: Columns): void => {
  const { data, rows, cols } = source;
  for (let r = 0; r < rows; r += 1) {
    const to = columnStart(r, height);
    for (let j = 0; j < cols; j += 1) panels[to + columns[j]! * LANES] = data[r * cols + j]!;
  }
};

/** Copies panels of `height` rows to rows. */
export const unpack = (panels: Float32Array, height: number, target: Rows, columns?: Columns): void => {
  const { data, rows, cols, start = 0, stride = cols } = target;
  for (let j = 0; j < cols; j += 1) {
    let from = columnStart(columns ? columns[j]! : j, height);
    for (let r = 0; r < rows; r += 1, from += LANES) data[start + r * stride + j] = panels[from]!;
  }
};
