import type { Trading } from './problem.ts';
import type { LinearModel, NewRows } from './program-data.ts';

/**
 * u_m + c_m·w + t ≥ 0 for explicit scenarios; w are the first n columns.
 * @param returns (b, n), row-major
 * @param t its column
 * @param first the column of the first of their u, which are the last columns
 */
export function explicitRows(returns: Float64Array, n: number, t: number, first: number): NewRows {
  const count = returns.length / n;
  const width = n + 2;
  const indices = new Int32Array(count * width);
  const values = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    const at = row * width;
    for (let col = 0; col < n; col++) indices[at + col] = col;
    values.set(returns.subarray(row * n, (row + 1) * n), at);
    indices.set([t, first + row], at + n);
    values.set([1, 1], at + n);
  }
  return {
    lower: new Float64Array(count),
    upper: new Float64Array(count).fill(Infinity),
    matrix: {
      format: 'csr',
      numRows: count,
      numCols: first + count,
      starts: Int32Array.from({ length: count + 1 }, (_, row) => row * width),
      indices,
      values,
    },
  };
}

/** b_j ≥ w_j − held_j for each asset of which more can be bought, and Σ b within the turnover; b are n columns. */
export function addTradingRows(
  model: Pick<LinearModel, 'addRow'>,
  { held, mostTurnover }: Trading,
  upper: Float64Array,
  b: number,
): void {
  const bought = [...held.keys()].filter((at) => upper[at]! > held[at]!);
  for (const at of bought) model.addRow(-Infinity, held[at]!, { indices: [at, b + at], values: [1, -1] });
  model.addRow(-Infinity, mostTurnover, { indices: bought.map((at) => b + at), values: bought.map(() => 1) });
}

/** The most that can be bought of each asset (n): bounds of b that some optimum meets. */
export const mostBought = ({ held }: Trading, upper: Float64Array): Float64Array =>
  upper.map((most, at) => Math.max(0, most - held[at]!));
