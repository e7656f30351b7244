import type { History } from './history.ts';
import { lastDays } from './history.ts';
import type { ModelArtefact } from './lstm/artefact.ts';
import { standardise } from './lstm/blocks.ts';
import { createCell } from './lstm/cell.ts';
import type { Cell } from './lstm/cell.ts';
import { loadKernel } from './lstm/kernel/load.ts';
import type { LstmState } from './lstm/kernel/passage.ts';
import { readNetwork } from './lstm/network.ts';
import type { Network } from './lstm/network.ts';
import { arrangeWindows, realDays } from './lstm/simulation.ts';
import type { Windows } from './lstm/simulation.ts';
import { indexStream } from './random.ts';
import { dailyReturns } from './returns.ts';
import { nextTurn } from './turn.ts';
import type { Matrix, OnProgress } from './types.ts';

/** The largest simulated daily move, up or down ("Generative LSTM + CVaR", section 5). History is never clamped. */
const LARGEST_MOVE = 0.2;

/** Scenarios simulated together: few enough for their windows to stay in the processor's cache. */
const CHUNK = 96;

export interface DrawOptions {
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
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** (`realDays` or all there are, n) standardised returns of the last days. */
const recentReturns = ({ manifest }: ModelArtefact, { prices }: History): Float32Array => {
  if (prices.tickers.join() !== manifest.tickers.join()) {
    throw new Error(`The model knows ${manifest.tickers.join(', ')}, the prices are of ${prices.tickers.join(', ')}.`);
  }
  return standardise(dailyReturns(lastDays(prices, realDays(manifest.hyper) + 1)), manifest);
};

/**
 * The real days are the same in all scenarios and are run once, here: window k holds all of them but the first k.
 *
 * @param real (T, n)
 * @returns the states of the windows that hold any
 */
const runRealDays = (
  module: WebAssembly.Module,
  network: Network,
  real: Float32Array,
  { count }: Windows,
): LstmState[] => {
  const days = real.length / network.assets;
  const windows = Math.min(days, count);
  const cell = createCell(module, network, { rows: 1, windows });
  for (let t = 0; t < days; t += 1) {
    cell.see(real.subarray(t * network.assets, (t + 1) * network.assets));
    for (let d = 0; d <= t && d < windows; d += 1) cell.advance(d);
  }
  return Array.from({ length: windows }, (_, d) => cell.state(d));
};

/** Scenarios that are simulated together, at most as many as the cell has rows. */
interface Chunk {
  readonly cell: Cell;
  readonly windows: Windows;
  /** The cell's (rows, n) standardised returns of a day. */
  readonly day: Float32Array;
  readonly artefact: ModelArtefact;
  /** H */
  readonly horizon: number;
  /** (rows, H) which residual vector each scenario gets on each day. */
  readonly draws: Uint32Array;
  /** (rows, n) cumulative returns: zeros, to be filled. */
  readonly returns: Float64Array;
}

/** Simulated day d: prediction + residual, clamped and compounded. In the prediction's place it leaves what came. */
const simulateDay = ({ artefact, horizon, day, draws, returns }: Chunk, d: number): void => {
  const { means, deviations } = artefact.manifest;
  const { cols, data: residuals } = artefact.residuals;
  for (let i = 0, m = 0; i < returns.length; m += 1) {
    const residual = draws[m * horizon + d]! * cols;
    for (let j = 0; j < cols; j += 1, i += 1) {
      const raw = day[i]! * deviations[j]! + means[j]! + residuals[residual + j]!;
      const r = Math.min(LARGEST_MOVE, Math.max(-LARGEST_MOVE, raw));
      returns[i] = (1 + returns[i]!) * (1 + r) - 1;
      day[i] = (r - means[j]!) / deviations[j]!;
    }
  }
};

/** Every day is taken in, as soon as it is there, by all the windows that hold it. */
const drawChunk = (chunk: Chunk): void => {
  const { cell, windows, day, horizon } = chunk;
  cell.restart();
  for (let d = 0; d < horizon; d += 1) {
    cell.predict(windows.predictor(d), day);
    simulateDay(chunk, d);
    cell.see(day);
    const { from, to } = windows.takers(d);
    for (let window = from; window < to; window += 1) cell.advance(window);
  }
};

/** Reports progress, and lets the event loop run. @returns what to call after so many scenarios */
const createPause = ({ scenarios, now, onProgress, signal }: DrawOptions): ((drawn: number) => Promise<void>) => {
  const startedAt = now();
  return async (drawn) => {
    const done = drawn / scenarios;
    onProgress?.({ stage: 'scenarios', done, secondsLeft: ((now() - startedAt) / 1000) * (1 / done - 1) });
    await nextTurn();
    signal?.throwIfAborted();
  };
};

/**
 * Draws cumulative returns over the next H days ("Generative LSTM + CVaR", section 5). A prediction rests on what the
 * model's memory says: the network's run from zero state over exactly the last L days, or its state after the
 * last real days, which each scenario carries on.
 *
 * @returns C (M, n) simple returns, fractions. The same options give the same C; a larger M only adds rows.
 * @throws the signal's reason when aborted
 */
export const drawScenarios = async (options: DrawOptions): Promise<Matrix> => {
  const { artefact, history, horizon, scenarios, seed, chunk = CHUNK } = options;
  const { rows: residuals, cols } = artefact.residuals;
  const real = recentReturns(artefact, history);
  const [module, network] = [await loadKernel(), readNetwork(artefact)];
  const rows = Math.min(chunk, scenarios);
  const windows = arrangeWindows(artefact.manifest.hyper, horizon);
  const cell = createCell(module, network, { rows, windows: windows.count });
  runRealDays(module, network, real, windows).forEach((state, k) => cell.setStart(k, state));
  const pause = createPause(options);
  const nextDraws = indexStream(seed, residuals);
  const day = new Float32Array(rows * cols);
  const data = new Float64Array(scenarios * cols);
  for (let from = 0; from < scenarios; from += rows) {
    const to = Math.min(from + rows, scenarios);
    const returns = data.subarray(from * cols, to * cols);
    drawChunk({ cell, windows, day, artefact, horizon, draws: nextDraws((to - from) * horizon), returns });
    await pause(to);
  }
  return { rows: scenarios, cols, data };
};
