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

const place = (row: number, column: number, height: number): number =>
  (column >> 3) * LANES * height + row * LANES + (column & 7);

export const pack = (
  { data, rows, cols, start = 0, stride = cols }: Rows,
  panels: Float32Array,
  height: number,
  columns?: Columns,
): void => {
  for (let r = 0; r < rows; r += 1) {
    const from = start + r * stride;
    for (let j = 0; j < cols; j += 1) panels[place(r, columns ? columns[j]! : j, height)] = data[from + j]!;
  }
};

/** The rows' columns become rows of the panels. */
export const packTransposed = (
  { data, rows, cols }: Rows,
  panels: Float32Array,
  height: number,
  columns: Columns,
): void => {
  for (let r = 0; r < rows; r += 1) {
    for (let j = 0; j < cols; j += 1) panels[place(columns[j]!, r, height)] = data[r * cols + j]!;
  }
};

export const unpack = (
  panels: Float32Array,
  height: number,
  { data, rows, cols, start = 0, stride = cols }: Rows,
  columns?: Columns,
): void => {
  for (let r = 0; r < rows; r += 1) {
    const to = start + r * stride;
    for (let j = 0; j < cols; j += 1) data[to + j] = panels[place(r, columns ? columns[j]! : j, height)]!;
  }
};
