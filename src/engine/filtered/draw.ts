import { simulateDays, clampMove } from '../lstm/scenarios.ts';
import { expectedReturns } from '../optimize/portfolio.ts';
import { uniforms } from '../random.ts';
import type { Sampling } from '../samples.ts';
import type { SimulateContext } from '../strategies/strategy.ts';
import type { Matrix } from '../types.ts';
import { simulatePaths } from './paths.ts';
import type { FilteredSource } from './source.ts';
import { VOLATILITY } from './volatility.ts';

/** The mean length of the blocks of days that paths are made of (Politis & Romano 1994). */
const BLOCK_DAYS = 5;

/**
 * Paths, compounded, their sample mean replaced by the source's.
 *
 * @returns C (M, n)
 */
export async function drawFiltered(source: FilteredSource, { sampling, ...context }: SimulateContext): Promise<Matrix> {
  const { means, horizonDays: horizon, residuals, startVariance, recursionBase, largestMoves, predicted } = source;
  const { scenarios: paths, seed } = sampling;
  const input = {
    recursion: VOLATILITY,
    residuals,
    startVariance,
    recursionBase,
    largestMoves,
    horizon,
    paths,
    blockLength: BLOCK_DAYS,
    seed,
  };
  const simulated = predicted
    ? await predictedPaths(source, predicted, sampling, context)
    : await simulatePaths(input, context);
  const { rows, cols, data } = simulated;
  const average = expectedReturns(simulated);
  for (let row = 0, at = 0; row < rows; row += 1) {
    for (let j = 0; j < cols; j += 1, at += 1) {
      // Nothing falls by more than all.
      data[at] = Math.max(-1, means[j]! + data[at]! - average[j]!);
    }
  }
  return simulated;
}

/**
 * Paths in which each day's mean is ψ times the network's prediction from the days before, simulated ones among them.
 * Otherwise as `simulatePaths`.
 */
async function predictedPaths(
  { horizonDays: horizon, residuals, startVariance, recursionBase, largestMoves }: FilteredSource,
  { slope, model, history }: NonNullable<FilteredSource['predicted']>,
  { scenarios, seed }: Sampling,
  context: Omit<SimulateContext, 'sampling'>,
): Promise<Matrix> {
  const { means, deviations } = model.manifest;
  const { rows: days, cols, data: z } = residuals;
  const { persistence, shock, leverage } = VOLATILITY;
  const data = new Float64Array(scenarios * cols);
  const variances = new Float64Array(scenarios * cols);
  for (let at = 0; at < variances.length; at += 1) variances[at] = startVariance[at % cols]!;
  const rowOf = blockRows(days, horizon, seed);
  const rowsDrawn = Array.from({ length: scenarios }, rowOf);
  await simulateDays({ model, history, horizon, scenarios, seed, ...context }, (from, day, d) => {
    for (let i = 0; i < day.length && from * cols + i < data.length; i += 1) {
      const [at, j, path] = [from * cols + i, i % cols, from + Math.floor(i / cols)];
      const r = slope * day[i]! * deviations[j]! + Math.sqrt(variances[at]!) * z[rowsDrawn[path]![d]! * cols + j]!;
      variances[at] = recursionBase[j]! + persistence * variances[at]! + (shock + (r < 0 ? leverage : 0)) * r * r;
      const move = clampMove(r, largestMoves[j]!);
      data[at] = (1 + data[at]!) * (1 + move) - 1;
      day[i] = (move - means[j]!) / deviations[j]!;
    }
  });
  return { rows: scenarios, cols, data };
}

/** @returns gives the rows (H) of the next path: blocks of following days, which begin anywhere */
function blockRows(days: number, horizon: number, seed: number): () => Uint32Array {
  const uniform = uniforms(seed, 'paths');
  return () => {
    const rows = new Uint32Array(horizon);
    for (let d = 0; d < horizon; d += 1) {
      const continues = d > 0 && uniform() >= 1 / BLOCK_DAYS;
      rows[d] = continues ? (rows[d - 1]! + 1) % days : Math.floor(uniform() * days);
    }
    return rows;
  };
}
