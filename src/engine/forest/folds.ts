// Cross-validation of labels that look ahead (López de Prado, "Advances in Financial Machine Learning", section 7.4).
import type { Matrix } from '../types.ts';

/** Rows of a design matrix. */
export interface Fold {
  readonly training: Int32Array;
  readonly test: Int32Array;
}

/** A design matrix with labels. */
export interface Labelled {
  /** (N, F) */
  readonly x: Matrix;
  /** (N) */
  readonly y: Float64Array;
  /** (N) the day that each row's features end on; its label ends `horizon` days later. */
  readonly days: Int32Array;
  readonly horizon: number;
}

const rowsOnDays = (days: Int32Array, isIn: (day: number) => boolean): Int32Array =>
  Int32Array.from(days.keys().filter((row) => isIn(days[row]!)));

/**
 * Blocks of days, each tested by what the others teach. Left out of these are rows whose labels overlap those of the test
 * (purging), and rows within another `horizon` days after it (embargo). Folds without rows to learn from are left out.
 */
export function purgedFolds({ days, horizon }: Pick<Labelled, 'days' | 'horizon'>, folds: number): Fold[] {
  const [first, last] = days.reduce(([low, high], day) => [Math.min(low, day), Math.max(high, day)], [Infinity, -1]);
  const size = (last - first + 1) / folds;
  const all = Array.from({ length: folds }, (_, k): Fold => {
    const [from, to] = [Math.ceil(first + k * size), Math.ceil(first + (k + 1) * size) - 1];
    return {
      test: rowsOnDays(days, (day) => day >= from && day <= to),
      training: rowsOnDays(days, (day) => day + horizon <= from || day >= to + 2 * horizon),
    };
  });
  return all.filter(({ training, test }) => training.length > 0 && test.length > 0);
}

/** Some rows of a design matrix. */
export function takeRows({ x, y }: Pick<Labelled, 'x' | 'y'>, rows: Int32Array): Pick<Labelled, 'x' | 'y'> {
  const data = new Float64Array(rows.length * x.cols);
  rows.forEach((row, i) => data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), i * x.cols));
  return { x: { rows: rows.length, cols: x.cols, data }, y: Float64Array.from(rows, (row) => y[row]!) };
}

/** Some columns of a matrix, in their order. */
export function takeColumns({ rows, cols, data }: Matrix, columns: readonly number[]): Matrix {
  const taken = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i += 1) columns.forEach((f, k) => (taken[i * columns.length + k] = data[i * cols + f]!));
  return { rows, cols: columns.length, data: taken };
}
