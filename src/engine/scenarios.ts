import type { Tensor2D } from '@tensorflow/tfjs';
import type { History } from './history.ts';
import { lastDays } from './history.ts';
import type { ModelArtefact } from './lstm/artefact.ts';
import type { Backend } from './lstm/backend.ts';
import { standardise } from './lstm/blocks.ts';
import { createCell } from './lstm/cell.ts';
import { loadModel } from './lstm/model.ts';
import type { Windows } from './lstm/windows.ts';
import { closeWindows, openWindows, predictDay, simulatedDays } from './lstm/windows.ts';
import { indexStream } from './random.ts';
import { dailyReturns } from './returns.ts';
import type { Matrix, OnProgress } from './types.ts';

/** No simulated day moves a price further, up or down; seed 000, section 5. History is never clamped. */
const LARGEST_MOVE = 0.2;

/** Scenarios simulated together: few enough for the gates to stay in the processor's cache. */
const CHUNK = 1000;

export interface DrawOptions {
  readonly backend: Backend;
  readonly artefact: ModelArtefact;
  /** Scenarios start after its last day. */
  readonly history: History;
  /** H, days. */
  readonly horizon: number;
  /** M */
  readonly scenarios: number;
  readonly seed: number;
  /** Milliseconds; only for the time left. */
  readonly now: () => number;
  /** For tests: the scenarios do not depend on it. */
  readonly chunk?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * One simulated day: prediction + residual, clamped. Compounds `wealth` (rows, n) in place.
 * @param draws (rows) which residual vector each scenario gets
 * @returns (rows, n) the day's returns, standardised
 */
const simulateDay = (
  { manifest: { means, deviations }, residuals }: ModelArtefact,
  prediction: Float32Array,
  draws: Uint32Array,
  wealth: Float64Array,
): Float32Array => {
  const { cols, data } = residuals;
  const standardised = new Float32Array(prediction.length);
  for (let m = 0; m < draws.length; m += 1) {
    for (let j = 0; j < cols; j += 1) {
      const i = m * cols + j;
      const raw = prediction[i]! * deviations[j]! + means[j]! + data[draws[m]! * cols + j]!;
      const r = Math.min(LARGEST_MOVE, Math.max(-LARGEST_MOVE, raw));
      wealth[i]! *= 1 + r;
      standardised[i] = (r - means[j]!) / deviations[j]!;
    }
  }
  return standardised;
};

/** Called after each simulated day of a chunk with the steps of the network that it took. */
type Pause = (steps: number) => Promise<void>;

/** @param draws (rows, H). @returns (rows, n) wealth after H days, 1 + c */
const drawChunk = async (
  windows: Windows,
  artefact: ModelArtefact,
  draws: Uint32Array,
  horizon: number,
  pause: Pause,
): Promise<Float64Array> => {
  const { tf, lookBack } = windows;
  const { cols } = artefact.residuals;
  const rows = draws.length / horizon;
  const wealth = new Float64Array(rows * cols).fill(1);
  const simulated: Tensor2D[] = [];
  try {
    for (let day = 1; day <= horizon; day += 1) {
      const prediction = predictDay(windows, day, rows, simulated);
      const drawn = Uint32Array.from({ length: rows }, (_, m) => draws[m * horizon + day - 1]!);
      simulated.push(tf.tensor2d(simulateDay(artefact, prediction, drawn, wealth), [rows, cols]));
      if (simulated.length > lookBack) simulated.shift()!.dispose();
      await pause(1 + simulatedDays(day, lookBack));
    }
  } finally {
    tf.dispose(simulated);
  }
  return wealth;
};

/** Reports progress, and lets the event loop run. */
const createPause = (options: DrawOptions): Pause => {
  const { backend, artefact, horizon, scenarios, chunk = CHUNK, now, onProgress, signal } = options;
  const { lookBack } = artefact.manifest.hyper;
  let stepsAChunk = 0;
  for (let day = 1; day <= horizon; day += 1) stepsAChunk += 1 + simulatedDays(day, lookBack);
  const total = stepsAChunk * Math.ceil(scenarios / chunk);
  const startedAt = now();
  let steps = 0;
  return async (taken) => {
    steps += taken;
    const done = steps / total;
    onProgress?.({ stage: 'scenarios', done, secondsLeft: ((now() - startedAt) / 1000) * (1 / done - 1) });
    await backend.tf.nextFrame();
    signal?.throwIfAborted();
  };
};

/** (L, n) standardised returns of the last days. */
const recentReturns = ({ manifest }: ModelArtefact, history: History): Float32Array => {
  const { prices } = history;
  if (prices.tickers.join() !== manifest.tickers.join()) {
    throw new Error(`The model knows ${manifest.tickers.join(', ')}, the prices are of ${prices.tickers.join(', ')}.`);
  }
  return standardise(dailyReturns(lastDays(prices, manifest.hyper.lookBack + 1)), manifest);
};

/**
 * Draws cumulative returns over the next H days; seed 000, section 5. Every prediction runs the
 * network from zero state over exactly the last L days, as in training.
 *
 * @returns C (M, n) simple returns, fractions. The same options give the same C; a larger M only adds rows.
 * @throws the signal's reason when aborted
 */
export const drawScenarios = async (options: DrawOptions): Promise<Matrix> => {
  const { backend, artefact, history, horizon, scenarios, seed, chunk = CHUNK } = options;
  const { tf } = backend;
  const { rows: residuals, cols } = artefact.residuals;
  const real = recentReturns(artefact, history);
  const model = await loadModel(tf, artefact);
  const cell = createCell(tf, model);
  model.dispose();
  const recent = tf.tensor2d(real, [artefact.manifest.hyper.lookBack, cols]);
  const windows = openWindows(tf, cell, recent, horizon);
  recent.dispose();
  const pause = createPause(options);
  const nextDraws = indexStream(seed, residuals);
  const data = new Float64Array(scenarios * cols);
  try {
    for (let from = 0; from < scenarios; from += chunk) {
      const rows = Math.min(chunk, scenarios - from);
      const wealth = await drawChunk(windows, artefact, nextDraws(rows * horizon), horizon, pause);
      data.set(
        wealth.map((growth) => growth - 1),
        from * cols,
      );
    }
  } finally {
    closeWindows(windows);
    cell.dispose();
  }
  return { rows: scenarios, cols, data };
};
