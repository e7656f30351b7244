import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Tf } from './backend.ts';
import type { Cell, State } from './cell.ts';

/**
 * The look-back windows of simulated days. The window that predicts day h holds L − h + 1 real days and
 * h − 1 simulated ones; its real part is the same for all scenarios, so it is run once and not copied.
 */
export interface Windows {
  readonly tf: Tf;
  readonly cell: Cell;
  /** L */
  readonly lookBack: number;
  /** Row h − 1: the state after the real days of the window that predicts day h; for h up to min(L, H). */
  readonly afterReal: State;
}

/** How many days of the window that predicts `day` are simulated: its last ones. */
export const simulatedDays = (day: number, lookBack: number): number => Math.min(day - 1, lookBack);

const appendRow = (tf: Tf, cell: Cell, state: State): State => {
  const fresh = cell.start(1);
  const longer = { memory: tf.concat([state.memory, fresh.memory]), output: tf.concat([state.output, fresh.output]) };
  tf.dispose([state, fresh]);
  return longer;
};

/**
 * Runs the real part of every window, in one batch: the window of day h starts h − 1 days after the
 * first one, so its row joins, from zero state, that much later.
 *
 * @param recent (L, n) standardised returns; not needed afterwards
 */
export const openWindows = (tf: Tf, cell: Cell, recent: Tensor2D, horizon: number): Windows => {
  const lookBack = recent.shape[0];
  let state = cell.start(1);
  for (let t = 0; t < lookBack; t += 1) {
    const rows = Math.min(t + 1, horizon);
    if (rows > state.memory.shape[0]) state = appendRow(tf, cell, state);
    const day = tf.tidy(() => recent.slice([t, 0], [1, -1]).tile([rows, 1]));
    state = cell.step(day, state);
    day.dispose();
  }
  return { tf, cell, lookBack, afterReal: state };
};

export const closeWindows = ({ tf, afterReal }: Windows): void => tf.dispose(afterReal);

/** The state of `rows` equal windows before their first simulated day. */
const startWindows = ({ tf, cell, lookBack, afterReal }: Windows, day: number, rows: number): State => {
  if (day > lookBack) return cell.start(rows);
  const repeat = (states: Tensor) => tf.tidy(() => states.slice([day - 1, 0], [1, -1]).tile([rows, 1]));
  return { memory: repeat(afterReal.memory), output: repeat(afterReal.output) };
};

/**
 * @param simulated the simulated days of the window, (rows, n) each, standardised
 * @returns (rows, n) standardised
 */
export const predictDay = (
  windows: Windows,
  day: number,
  rows: number,
  simulated: readonly Tensor2D[],
): Float32Array => {
  const { tf, cell } = windows;
  let state = startWindows(windows, day, rows);
  for (const x of simulated) state = cell.step(x, state);
  const prediction = cell.predict(state);
  const values = prediction.dataSync<'float32'>();
  tf.dispose([state, prediction]);
  return values;
};
