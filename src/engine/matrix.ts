import type { Matrix } from './types.ts';

/** The last rows of a matrix, as a view. */
export function lastRows({ cols, data }: Matrix, rows: number): Matrix {
  return { rows, cols, data: data.subarray(data.length - rows * cols) };
}

/** The rows of several matrices of the same columns, one after the other. */
export function joinRows(pieces: readonly Matrix[], cols: number): Matrix {
  const data = new Float64Array(pieces.reduce((total, piece) => total + piece.data.length, 0));
  let at = 0;
  for (const piece of pieces) {
    data.set(piece.data, at);
    at += piece.data.length;
  }
  return { rows: data.length / cols, cols, data };
}

/** @returns (rows) */
export const matrixColumn = ({ rows, cols, data }: Matrix, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => data[row * cols + column]!);

/** @param rows (N, n) @returns (N) */
export const columnOfRows = (rows: readonly (readonly number[])[], column: number): number[] =>
  rows.map((row) => row[column]!);

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < a.length; at++) total += a[at]! * b[at]!;
  return total;
}
