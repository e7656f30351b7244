import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { History } from './history.ts';
import { lastDays } from './history.ts';
import type { ModelArtefact } from './lstm/artefact.ts';
import type { Backend, Tf } from './lstm/backend.ts';
import { standardise } from './lstm/blocks.ts';
import type { Cell, State } from './lstm/cell.ts';
import { createCell } from './lstm/cell.ts';
import { loadModel } from './lstm/model.ts';
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

interface Generator {
  readonly tf: Tf;
  readonly cell: Cell;
  readonly artefact: ModelArtefact;
  /** Row h − 1: the state after the real days of the window that predicts simulated day h. */
  readonly prefixes: State;
  /** Called after each simulated day of a chunk with the steps that it took. */
  readonly pause: (steps: number) => Promise<void>;
}

/** Simulated days in the window that predicts day h: the others, up to L, are real. */
const simulatedDays = (day: number, lookBack: number): number => Math.min(day - 1, lookBack);

/**
 * The real part of every window, run once: it is the same for all scenarios. The window that predicts
 * day h starts h − 1 days after the first one, so it joins the batch, from zero state, that much later.
 * @param recent (L, n) standardised
 */
const runRealDays = (tf: Tf, cell: Cell, recent: Tensor2D, horizon: number): State => {
  const lookBack = recent.shape[0];
  let state = cell.start(1);
  for (let t = 0; t < lookBack; t += 1) {
    const rows = Math.min(t + 1, horizon);
    const [old, day] = [state, tf.tidy(() => recent.slice([t, 0], [1, -1]).tile([rows, 1]))];
    if (old.memory.shape[0] < rows) {
      const fresh = cell.start(1);
      state = { memory: tf.concat([old.memory, fresh.memory]), output: tf.concat([old.output, fresh.output]) };
      tf.dispose([old, fresh]);
    }
    state = cell.step(day, state);
    day.dispose();
  }
  return state;
};

/** The state of `rows` equal windows before their first simulated day. */
const startWindows = ({ tf, cell, prefixes, artefact }: Generator, day: number, rows: number): State => {
  if (day > artefact.manifest.hyper.lookBack) return cell.start(rows);
  const repeat = (state: Tensor) => tf.tidy(() => state.slice([day - 1, 0], [1, -1]).tile([rows, 1]));
  return { memory: repeat(prefixes.memory), output: repeat(prefixes.output) };
};

/** @param simulated the window's simulated days, (rows, n) each. @returns (rows, n) standardised */
const predictDay = (generator: Generator, day: number, rows: number, simulated: readonly Tensor2D[]): Float32Array => {
  const { tf, cell } = generator;
  let state = startWindows(generator, day, rows);
  for (const x of simulated) state = cell.step(x, state);
  const prediction = cell.predict(state);
  const values = prediction.dataSync<'float32'>();
  tf.dispose([state, prediction]);
  return values;
};

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

/** @param draws (rows, H). @returns (rows, n) cumulative growth, 1 + c */
const drawChunk = async (generator: Generator, draws: Uint32Array, horizon: number): Promise<Float64Array> => {
  const { tf, artefact, pause } = generator;
  const { lookBack } = artefact.manifest.hyper;
  const { cols } = artefact.residuals;
  const rows = draws.length / horizon;
  const wealth = new Float64Array(rows * cols).fill(1);
  const window: Tensor2D[] = [];
  try {
    for (let day = 1; day <= horizon; day += 1) {
      const prediction = predictDay(generator, day, rows, window);
      const drawn = Uint32Array.from({ length: rows }, (_, m) => draws[m * horizon + day - 1]!);
      window.push(tf.tensor2d(simulateDay(artefact, prediction, drawn, wealth), [rows, cols]));
      if (window.length > lookBack) window.shift()!.dispose();
      await pause(1 + simulatedDays(day, lookBack));
    }
  } finally {
    tf.dispose(window);
  }
  return wealth;
};

const createPause = (options: DrawOptions) => {
  const { backend, artefact, horizon, scenarios, chunk = CHUNK, now, onProgress, signal } = options;
  const { lookBack } = artefact.manifest.hyper;
  let stepsAChunk = 0;
  for (let day = 1; day <= horizon; day += 1) stepsAChunk += 1 + simulatedDays(day, lookBack);
  const total = stepsAChunk * Math.ceil(scenarios / chunk);
  const startedAt = now();
  let steps = 0;
  return async (taken: number): Promise<void> => {
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
  const recent = tf.tensor2d(recentReturns(artefact, history), [artefact.manifest.hyper.lookBack, cols]);
  const model = await loadModel(tf, artefact);
  const cell = createCell(tf, model);
  model.dispose();
  const prefixes = runRealDays(tf, cell, recent, horizon);
  const generator = { tf, cell, artefact, prefixes, pause: createPause(options) };
  const nextDraws = indexStream(seed, residuals);
  const data = new Float64Array(scenarios * cols);
  try {
    for (let from = 0; from < scenarios; from += chunk) {
      const rows = Math.min(chunk, scenarios - from);
      const wealth = await drawChunk(generator, nextDraws(rows * horizon), horizon);
      data.set(wealth.map((growth) => growth - 1), from * cols);
    }
  } finally {
    tf.dispose([recent, prefixes]);
    cell.dispose();
  }
  return { rows: scenarios, cols, data };
};
