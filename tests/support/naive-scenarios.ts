import type { History } from '../../src/engine/history.ts';
import type { ModelArtefact } from '../../src/engine/lstm/artefact.ts';
import type { Tf } from '../../src/engine/lstm/backend.ts';
import { loadModel, predict } from '../../src/engine/lstm/model.ts';
import { indexStream } from '../../src/engine/random.ts';
import { dailyReturns } from '../../src/engine/returns.ts';

/** The recipe word for word: the stock layer on each scenario's whole window, for every day. @returns (M, n) */
export const naiveScenarios = async (
  tf: Tf,
  artefact: ModelArtefact,
  history: History,
  { horizon, scenarios, seed }: { horizon: number; scenarios: number; seed: number },
): Promise<number[][]> => {
  const { means, deviations, hyper } = artefact.manifest;
  const { rows: kept, cols, data: residuals } = artefact.residuals;
  const model = await loadModel(tf, artefact);
  const returns = dailyReturns(history.prices);
  const real = Array.from({ length: returns.rows }, (_, t) =>
    Array.from(returns.data.subarray(t * cols, (t + 1) * cols)),
  );
  const draws = indexStream(seed, kept)(scenarios * horizon);
  const paths = Array.from({ length: scenarios }, () => [...real]);
  for (let h = 0; h < horizon; h += 1) {
    const windows = paths.map((path) =>
      path.slice(-hyper.lookBack).map((day) => day.map((r, j) => (r - means[j]!) / deviations[j]!)),
    );
    const predicted = tf.tidy(() => predict(model, tf.tensor3d(windows)));
    const standardised = predicted.dataSync();
    predicted.dispose();
    paths.forEach((path, m) => {
      const draw = draws[m * horizon + h]!;
      path.push(
        means.map((mean, j) => {
          const r = standardised[m * cols + j]! * deviations[j]! + mean + residuals[draw * cols + j]!;
          return Math.min(0.2, Math.max(-0.2, r));
        }),
      );
    });
  }
  model.dispose();
  return paths.map((path) =>
    real[0]!.map((_, j) => path.slice(real.length).reduce((c, day) => c * (1 + day[j]!), 1) - 1),
  );
};
