import { dailyReturns, type History } from '../../src/engine/history.ts';
import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import type { Tf } from '../../src/engine/lstm/backend.ts';
import { loadModel, predict } from '../../src/engine/lstm/tf-model.ts';
import type { FilteredSource } from '../../src/engine/filtered/source.ts';
import { VOLATILITY } from '../../src/engine/filtered/volatility.ts';
import { indexStream, uniforms } from '../../src/engine/random.ts';
import type { Sampling } from '../../src/engine/samples.ts';
import type { Matrix } from '../../src/engine/types.ts';

/** Real days that a carried state reads before the first simulated one, in units of L. */
const WARM_UPS = 4;

/**
 * Scenarios by the definition, without any reuse of states: for every day the stock layer reads each scenario's whole
 * window, or its whole path from the first day of the warm-up. @returns (M, n)
 */
export async function naiveScenarios(
  tf: Tf,
  trained: LstmModel,
  history: History,
  { horizon, scenarios, seed }: { horizon: number; scenarios: number; seed: number },
): Promise<number[][]> {
  const { means, deviations, hyper } = trained.manifest;
  const { rows: kept, cols, data: residuals } = trained.residuals;
  const model = await loadModel(tf, trained);
  const returns = dailyReturns(history.prices);
  const real = Array.from({ length: returns.rows }, (_, t) =>
    Array.from(returns.data.subarray(t * cols, (t + 1) * cols)),
  );
  const bounds = means.map((_, j) => Math.max(0.2, ...real.map((day) => Math.abs(day[j]!))));
  const draws = indexStream(seed, kept)(scenarios * horizon);
  const paths = Array.from({ length: scenarios }, () => [...real]);
  for (let h = 0; h < horizon; h += 1) {
    const length = hyper.memory === 'carried' ? WARM_UPS * hyper.lookBack + h : hyper.lookBack;
    const days = paths.map((path) =>
      path.slice(-length).map((day) => day.map((r, j) => (r - means[j]!) / deviations[j]!)),
    );
    const standardised = tf.tidy(() => {
      const predicted = predict(model, tf.tensor3d(days));
      return (predicted.rank === 2 ? predicted : predicted.slice([0, length - 1], [scenarios, 1])).dataSync();
    });
    paths.forEach((path, m) => {
      const draw = draws[m * horizon + h]!;
      path.push(
        means.map((mean, j) => {
          const r = standardised[m * cols + j]! * deviations[j]! + mean + residuals[draw * cols + j]!;
          return Math.min(bounds[j]!, Math.max(-bounds[j]!, r));
        }),
      );
    });
  }
  model.dispose();
  return paths.map((path) =>
    real[0]!.map((_, j) => path.slice(real.length).reduce((c, day) => c * (1 + day[j]!), 1) - 1),
  );
}

/** The rows of the residuals (M, H) that paths take: blocks of five days on average, which begin anywhere. */
function blocks(days: number, horizon: number, { scenarios, seed }: Sampling): number[][] {
  const uniform = uniforms(seed, 'paths');
  return Array.from({ length: scenarios }, () => {
    const rows: number[] = [];
    while (rows.length < horizon) {
      const goesOn = rows.length > 0 && uniform() >= 0.2;
      rows.push(goesOn ? (rows.at(-1)! + 1) % days : Math.floor(uniform() * days));
    }
    return rows;
  });
}

/**
 * Paths of the filter with a part of the network, by the definition: for every day the stock layer reads each path's
 * whole window, or its whole series. @returns (M, n), before the sample mean is replaced
 */
export async function naivePredictedPaths(
  tf: Tf,
  { residuals, startVariance, recursionBase, largestMoves, horizonDays }: FilteredSource,
  { slope, model: trained, history }: NonNullable<FilteredSource['predicted']>,
  sampling: Sampling,
): Promise<Matrix> {
  const { means, deviations, hyper } = trained.manifest;
  const { cols } = residuals;
  const { persistence, shock, leverage } = VOLATILITY;
  const model = await loadModel(tf, trained);
  const returns = dailyReturns(history.prices);
  const real = Array.from({ length: returns.rows }, (_, t) =>
    Array.from(returns.data.subarray(t * cols, (t + 1) * cols)),
  );
  const taken = blocks(residuals.rows, horizonDays, sampling);
  const paths = taken.map(() => [...real]);
  const variances = taken.map(() => [...startVariance]);
  for (let d = 0; d < horizonDays; d += 1) {
    const length = hyper.memory === 'carried' ? WARM_UPS * hyper.lookBack + d : hyper.lookBack;
    const days = paths.map((path) =>
      path.slice(-length).map((day) => day.map((r, j) => (r - means[j]!) / deviations[j]!)),
    );
    const standardised = tf.tidy(() => {
      const predicted = predict(model, tf.tensor3d(days));
      return (predicted.rank === 2 ? predicted : predicted.slice([0, length - 1], [paths.length, 1])).dataSync();
    });
    paths.forEach((path, m) => {
      const v = variances[m]!;
      const day = means.map((_, j) => {
        const z = residuals.data[taken[m]![d]! * cols + j]!;
        const r = slope * standardised[m * cols + j]! * deviations[j]! + Math.sqrt(v[j]!) * z;
        v[j] = recursionBase[j]! + persistence * v[j]! + (shock + (r < 0 ? leverage : 0)) * r * r;
        return Math.min(largestMoves[j]!, Math.max(-largestMoves[j]!, -1, r));
      });
      path.push(day);
    });
  }
  model.dispose();
  const compounded = paths.flatMap((path) =>
    means.map((_, j) => path.slice(real.length).reduce((c, day) => c * (1 + day[j]!), 1) - 1),
  );
  return { rows: paths.length, cols, data: Float64Array.from(compounded) };
}
