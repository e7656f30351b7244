import { dailyReturns, type History } from '../../src/engine/history.ts';
import type { LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import type { Tf } from '../../src/engine/lstm/backend.ts';
import { loadModel, predict } from '../../src/engine/lstm/tf-model.ts';
import { indexStream } from '../../src/engine/random.ts';

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
