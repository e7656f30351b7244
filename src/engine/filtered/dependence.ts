// Dependence that moves: assets move together more in some times than in others, and the paths start from how it is now.
// A rank-one, half-strength equicorrelation update of the residuals. docs/mathematics.md, section 3.
import type { Matrix } from '../types.ts';

export const DEPENDENCE = {
  /** Of the exponentially weighted mean of squared common moves, a day. */
  decay: 0.99,
  /** The strength of the update: 0 none, 1 full. */
  power: 0.5,
  least: 0.02,
  most: 0.9,
  /** How much of the common move each asset gets in addition, see `leanOnCommonMove`. */
  lean: 0.15,
} as const;

export interface CommonMoves {
  /** q̄, the mean of the squared common moves m². */
  readonly meanSquare: number;
  /** (L) h̃, the level of each day before its move is known. */
  readonly levels: Float64Array;
  /** h̃ of the day after the last. */
  readonly nextLevel: number;
  /** (L) m, the mean residual over the assets. */
  readonly moves: Float64Array;
}

export function measureCommonMoves({ rows, cols, data }: Matrix): CommonMoves {
  const { decay, power, least, most } = DEPENDENCE;
  const moves = new Float64Array(rows);
  for (let t = 0; t < rows; t += 1) {
    let sum = 0;
    for (let j = 0; j < cols; j += 1) sum += data[t * cols + j]!;
    moves[t] = sum / cols;
  }
  const meanSquare = moves.reduce((sum, m) => sum + m * m, 0) / rows;
  const weighted = new Float64Array(rows);
  let h = meanSquare;
  for (let t = 0; t < rows; t += 1) {
    weighted[t] = h;
    h = decay * h + (1 - decay) * moves[t]! ** 2;
  }
  const average = weighted.reduce((sum, value) => sum + value, 0) / rows;
  const levelOf = (value: number): number =>
    Math.max(least, Math.min(most, meanSquare * (value / average) ** power || 0));
  return { meanSquare, moves, levels: weighted.map(levelOf), nextLevel: levelOf(h) };
}

/**
 * Rescales the common move of each day, and what is left of each asset's, from the level of that day to the level of
 * the day after the last.
 * @returns z′ (L, n), of mean 0 and deviation 1
 */
export function adjustDependence(residuals: Matrix): Matrix {
  const { rows, cols } = residuals;
  const { moves, levels, nextLevel } = measureCommonMoves(residuals);
  const data = residuals.data.slice();
  for (let t = 0; t < rows; t += 1) {
    const [move, level] = [moves[t]!, levels[t]!];
    const common = move * Math.sqrt(nextLevel / level);
    const own = Math.sqrt((1 - nextLevel) / (1 - level));
    for (let j = 0; j < cols; j += 1) data[t * cols + j] = common + (data[t * cols + j]! - move) * own;
  }
  for (let j = 0; j < cols; j += 1) standardise(data, cols, j);
  return { rows, cols, data };
}

/**
 * Makes all assets move together a little more than they did. An optimiser picks those that happened to move apart, and
 * these move apart less afterwards; most so where bonds and gold are among them.
 * @returns z′ + lean m′ (L, n), of mean 0 and deviation 1, with m′ the mean over assets of z′
 */
export function leanOnCommonMove({ rows, cols, data: residuals }: Matrix): Matrix {
  const data = residuals.slice();
  for (let t = 0; t < rows; t += 1) {
    const day = data.subarray(t * cols, (t + 1) * cols);
    const move = day.reduce((sum, z) => sum + z, 0) / cols;
    for (let j = 0; j < cols; j += 1) day[j]! += DEPENDENCE.lean * move;
  }
  for (let j = 0; j < cols; j += 1) standardise(data, cols, j);
  return { rows, cols, data };
}

/** A constant column becomes 0. */
function standardise(data: Float64Array, cols: number, j: number): void {
  const rows = data.length / cols;
  let [sum, squares] = [0, 0];
  for (let at = j; at < data.length; at += cols) sum += data[at]!;
  const mean = sum / rows;
  for (let at = j; at < data.length; at += cols) squares += (data[at]! - mean) ** 2;
  const deviation = squares > 0 ? Math.sqrt(squares / rows) : 1;
  for (let at = j; at < data.length; at += cols) data[at] = (data[at]! - mean) / deviation;
}
