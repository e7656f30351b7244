// Which states the simulation of H days needs, for each kind of memory.
import type { Hyper } from './lstm-model.ts';
import { LstmCell } from './cell.ts';
import type { LstmState } from './kernel/layer.ts';
import type { Network } from './network.ts';

/** The windows of each scenario, and which of them does what on simulated day d (from 0). */
export interface WindowSchedule {
  readonly count: number;
  /** The window that predicts day d. */
  readonly predictedBy: (d: number) => number;
  /** The windows that read day d: [from, to). */
  readonly readBy: (d: number) => { readonly from: number; readonly to: number };
}

/**
 * The window that predicts day d reads the last L − d real days and then the d simulated ones before it, at most L.
 * With a carried state there is one window, which never ends.
 */
export function scheduleWindows({ memory, lookBack }: Hyper, horizon: number): WindowSchedule {
  return memory === 'carried'
    ? { count: 1, predictedBy: () => 0, readBy: (d) => ({ from: 0, to: d + 1 < horizon ? 1 : 0 }) }
    : {
        count: horizon,
        predictedBy: (d) => d,
        readBy: (d) => ({ from: d + 1, to: Math.min(d + lookBack + 1, horizon) }),
      };
}

/**
 * The states after the real days, which are the same in all scenarios. Window k reads all real days but the first k.
 *
 * @param real (T, n) standardised returns
 * @returns one state for each window that reads any real day
 */
export function runRealDays(
  module: WebAssembly.Module,
  network: Network,
  real: Float32Array,
  { count }: WindowSchedule,
): LstmState[] {
  const { assets } = network;
  const days = real.length / assets;
  const windows = Math.min(days, count);
  const cell = new LstmCell(module, network, { rows: 1, windows });
  for (let t = 0; t < days; t += 1) {
    cell.setInput(real.subarray(t * assets, (t + 1) * assets));
    for (let window = 0; window <= t && window < windows; window += 1) cell.step(window);
  }
  return Array.from({ length: windows }, (_, window) => cell.firstState(window));
}
