import type { SimulationInput } from '../../src/engine/filtered/paths.ts';
import { uniforms } from '../../src/engine/random.ts';
import type { Matrix } from '../../src/engine/types.ts';

export function matrixOf(rows: number, cols: number, at: (row: number, col: number) => number): Matrix {
  return { rows, cols, data: Float64Array.from({ length: rows * cols }, (_, k) => at(Math.floor(k / cols), k % cols)) };
}

const WIDEST = 16;

/** Shares that move by 2 to 8 % a day, so that some moves are clipped. The first assets are those of a smaller input. */
export function pathInput(assets: number, changes: Partial<SimulationInput> = {}): SimulationInput {
  const uniform = uniforms(1, 'z');
  const perAsset = (at: (asset: number) => number) => Float64Array.from({ length: assets }, (_, asset) => at(asset));
  const widest = matrixOf(250, WIDEST, () => 2 * (uniform() + uniform() + uniform() - 1.5));
  return {
    residuals: matrixOf(250, assets, (row, col) => widest.data[row * WIDEST + (col % WIDEST)]!),
    startVariance: perAsset((asset) => (0.02 + 0.005 * asset) ** 2),
    recursionBase: perAsset((asset) => 0.0125 * (0.02 + 0.004 * asset) ** 2),
    largestMoves: perAsset((asset) => 0.06 + 0.01 * (asset % 3)),
    recursion: { persistence: 0.935, shock: 0.03, leverage: 0.045 },
    horizon: 21,
    paths: 97,
    blockLength: 5,
    seed: 7,
    ...changes,
  };
}
