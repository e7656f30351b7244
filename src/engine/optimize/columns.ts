import type { Matrix } from '../types.ts';

/** A cache line of numbers, which the copy below fills at once. */
const BLOCK = 8;

/**
 * The scenarios column by column, so that the losses of weights cost only the columns of assets that are held. They are
 * those of `portfolioLosses` to the bit.
 */
export class ScenarioColumns {
  /** M */
  readonly rows: number;
  /** c̄ (n) */
  readonly means: Float64Array;
  /** The size of the largest return, at least 1e-9. It bounds the gain or loss of every long-only portfolio. */
  readonly largest: number;
  /** (n, M) */
  readonly #data: Float64Array;

  /** @throws Error when a return is not finite */
  constructor({ rows, cols, data }: Matrix) {
    this.rows = rows;
    this.#data = new Float64Array(rows * cols);
    const totals = new Float64Array(cols);
    let largest = 1e-9;
    for (let first = 0; first < rows; first += BLOCK) {
      const end = Math.min(first + BLOCK, rows);
      for (let col = 0; col < cols; col++) {
        for (let row = first; row < end; row++) {
          const value = data[row * cols + col]!;
          const size = Math.abs(value);
          if (!(size < Infinity)) throw new Error(`expected finite returns, got ${value}`);
          if (size > largest) largest = size;
          totals[col]! += value;
          this.#data[col * rows + row] = value;
        }
      }
    }
    this.largest = largest;
    this.means = totals.map((total) => total / rows);
  }

  /** The losses −C w. (n) → (M) */
  losses(weights: Float64Array, into: Float64Array): void {
    const { rows } = this;
    into.fill(0);
    weights.forEach((weight, col) => {
      if (weight !== 0) subtractMultiple(into, this.#data.subarray(col * rows, (col + 1) * rows), weight);
    });
  }
}

function subtractMultiple(from: Float64Array, column: Float64Array, weight: number): void {
  for (let row = 0; row < from.length; row++) from[row]! -= weight * column[row]!;
}
