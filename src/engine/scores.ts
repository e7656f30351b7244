// Scores an ensemble forecast against what was observed. docs/mathematics.md, section 12.
import type { Matrix } from './types.ts';

/** Σ of ‖x_i − y‖ over the members i ≥ `from`, Euclidean. */
function distanceSum({ rows, cols, data }: Matrix, y: ArrayLike<number>, from = 0): number {
  let total = 0;
  for (let i = from; i < rows; i += 1) {
    let squares = 0;
    for (let j = 0; j < cols; j += 1) squares += (data[i * cols + j]! - y[j]!) ** 2;
    total += Math.sqrt(squares);
  }
  return total;
}

/**
 * The mean distance of two different members, Σ_{i≠j} ‖x_i − x_j‖ / (M (M − 1)). It does not change when all members
 * move together.
 *
 * @param ensemble (M, n), M ≥ 2
 */
export function ensembleSpread(ensemble: Matrix): number {
  const { rows, cols, data } = ensemble;
  let total = 0;
  for (let i = 0; i + 1 < rows; i += 1) {
    total += distanceSum(ensemble, data.subarray(i * cols, (i + 1) * cols), i + 1);
  }
  return (2 * total) / (rows * (rows - 1));
}

/**
 * The fair energy score, Σ ‖x_i − y‖ / M − spread / 2 (Gneiting & Raftery 2007, Ferro 2014). Ensembles of different
 * sizes are comparable. Lower is better, and on average no ensemble scores lower than one from the true distribution.
 *
 * @param ensemble (M, n), M ≥ 2
 * @param observation (n)
 * @param spread of the ensemble, when it is known already
 */
export function energyScore(
  ensemble: Matrix,
  observation: ArrayLike<number>,
  spread = ensembleSpread(ensemble),
): number {
  return distanceSum(ensemble, observation) / ensemble.rows - spread / 2;
}
