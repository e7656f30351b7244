import { UserError } from '../../errors.ts';
import { dailyReturns, type History, largestReturns, lastDays } from '../history.ts';
import { checkTickers, type LstmModel } from './lstm-model.ts';
import { contextDays } from './batching.ts';
import { standardise } from './blocks.ts';
import { LstmCell } from './cell.ts';
import { loadKernel } from './kernel/load.ts';
import { createPause } from '../pause.ts';
import { readNetwork } from './network.ts';
import { runRealDays, scheduleWindows } from './simulation.ts';
import { indexStream } from '../random.ts';
import type { Matrix, OnProgress } from '../types.ts';

/**
 * The largest simulated daily move, up or down ("Generative LSTM + CVaR", section 5), of an asset that has never moved
 * by more. An asset that has may do so again. Real moves are not clamped.
 */
const LARGEST_MOVE = 0.2;

/** Scenarios simulated together: few enough for their states to stay in the processor's cache. */
const CHUNK = 96;

export interface DrawOptions {
  readonly model: LstmModel;
  /** The scenarios start after its last day. It holds the days whose errors the model has recorded. */
  readonly history: History;
  /** H, days. */
  readonly horizon: number;
  /** M */
  readonly scenarios: number;
  readonly seed: number;
  /** Milliseconds; used only to estimate the time left. */
  readonly now: () => number;
  /** For tests; the scenarios do not depend on it. */
  readonly chunk?: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @returns (T, n) the standardised returns of the last `contextDays`, or of all if there are fewer */
function recentReturns({ manifest }: LstmModel, { prices }: History): Float32Array {
  checkTickers(manifest, prices);
  return standardise(dailyReturns(lastDays(prices, contextDays(manifest.hyper) + 1)), manifest);
}

/**
 * Turns the predictions of simulated day d into its returns, in place.
 * @param from the first of the scenarios that are simulated together
 * @param day (rows, n) standardised
 */
export type SimulateDay = (from: number, day: Float32Array, d: number) => void;

/** Runs the network through H simulated days of M scenarios. Each day is read at once by all windows that contain it. */
export async function simulateDays(options: DrawOptions, simulateDay: SimulateDay): Promise<void> {
  const { model, history, horizon, scenarios, chunk = CHUNK } = options;
  const real = recentReturns(model, history);
  const [module, network] = [await loadKernel(), readNetwork(model)];
  const rows = Math.min(chunk, scenarios);
  const schedule = scheduleWindows(model.manifest.hyper, horizon);
  const cell = new LstmCell(module, network, { rows, windows: schedule.count });
  runRealDays(module, network, real, schedule).forEach((state, window) => cell.setInitialState(window, state));
  const pause = createPause(scenarios, options);
  const day = new Float32Array(rows * network.assets);
  for (let from = 0; from < scenarios; from += rows) {
    cell.reset();
    for (let d = 0; d < horizon; d += 1) {
      cell.predict(schedule.predictedBy(d), day);
      simulateDay(from, day, d);
      cell.setInput(day);
      const read = schedule.readBy(d);
      for (let window = read.from; window < read.to; window += 1) cell.step(window);
    }
    await pause(Math.min(from + rows, scenarios));
  }
}

/** (n) The largest simulated daily move of each asset, up or down: its own largest day, or LARGEST_MOVE. */
export function largestMoves(returns: Matrix): Float64Array {
  return Float64Array.from(largestReturns(returns), (move) => Math.max(LARGEST_MOVE, move));
}

/** Nothing falls by more than all. */
export const clampMove = (r: number, largest: number): number => Math.min(largest, Math.max(-Math.min(largest, 1), r));

/**
 * Draws cumulative returns over the next H days ("Generative LSTM + CVaR", section 5). What a prediction is based on
 * depends on the model's memory, see `Memory`.
 *
 * @returns C (M, n) simple returns, fractions. The same options give the same C; a larger M only adds rows.
 * @throws the signal's reason when aborted
 * @throws UserError when simulated returns exceed all measure
 * @throws Error when the history has other tickers than the model
 */
export async function drawScenarios(options: DrawOptions): Promise<Matrix> {
  const { model, history, horizon, scenarios, seed, chunk = CHUNK } = options;
  const { rows: residuals, cols, data: errors } = model.residuals;
  const { means, deviations } = model.manifest;
  const bounds = largestMoves(dailyReturns(history.prices));
  const nextDraws = indexStream(seed, residuals);
  const data = new Float64Array(scenarios * cols);
  let draws: Uint32Array = new Uint32Array();
  await simulateDays(options, (from, day, d) => {
    const rows = Math.min(chunk, scenarios - from);
    if (d === 0) draws = nextDraws(rows * horizon);
    for (let m = 0, i = 0; m < rows; m += 1) {
      const residual = draws[m * horizon + d]! * cols;
      for (let j = 0; j < cols; j += 1, i += 1) {
        const r = clampMove(day[i]! * deviations[j]! + means[j]! + errors[residual + j]!, bounds[j]!);
        data[from * cols + i] = (1 + data[from * cols + i]!) * (1 + r) - 1;
        day[i] = (r - means[j]!) / deviations[j]!;
      }
    }
  });
  checkSizes(data, history.prices.tickers);
  return { rows: scenarios, cols, data };
}

/** Beyond this a simulated return is no result, but the echo of wrong prices. */
const LARGEST_RETURN = 1e6;

/** @throws UserError naming the asset */
function checkSizes(data: Float64Array, tickers: readonly string[]): void {
  const at = data.findIndex((value) => value > LARGEST_RETURN);
  if (at === -1) return;
  const ticker = tickers[at % tickers.length];
  throw new UserError(
    `Simulated prices of ${ticker} grow beyond all measure, as its recorded ones jump: correct them.`,
    {
      option: 'prices',
      code: 'lstm.returns-too-large',
      data: { ticker },
    },
  );
}
