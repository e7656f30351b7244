// Pure: how good a forecast in the form of an ensemble was, once it is known what came.
import type { Matrix } from './types.ts';

/** Σ over members i of ‖x_i − y‖, Euclidean. */
const distanceSum = ({ rows, cols, data }: Matrix, y: ArrayLike<number>, from = 0): number => {
  let total = 0;
  for (let i = from; i < rows; i += 1) {
    let squares = 0;
    for (let j = 0; j < cols; j += 1) squares += (data[i * cols + j]! - y[j]!) ** 2;
    total += Math.sqrt(squares);
  }
  return total;
};

/**
 * Mean distance of two different members, Σ_{i≠j} ‖x_i − x_j‖ / (M (M − 1)): what is subtracted from an energy
 * score, halved. It does not change when all members move together.
 *
 * @param ensemble (M, n), M ≥ 2
 */
export const ensembleSpread = (ensemble: Matrix): number => {
  const { rows, cols, data } = ensemble;
  let total = 0;
  for (let i = 0; i + 1 < rows; i += 1) {
    total += distanceSum(ensemble, data.subarray(i * cols, (i + 1) * cols), i + 1);
  }
  return (2 * total) / (rows * (rows - 1));
};

/**
 * Energy score (Gneiting & Raftery 2007), in its fair form (Ferro 2014), in which ensembles of different sizes
 * can be compared: lower is better, and nobody scores lower on average than who tells the true distribution.
 *
 * @param ensemble (M, n), M ≥ 2
 * @param observation (n)
 * @param spread of the ensemble, where it is known already
 */
export const energyScore = (
  ensemble: Matrix,
  observation: ArrayLike<number>,
  spread = ensembleSpread(ensemble),
): number => distanceSum(ensemble, observation) / ensemble.rows - spread / 2;
