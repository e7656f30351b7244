// Pure: what a prediction rests on while days are simulated, by either memory.
import type { Hyper } from './artefact.ts';
import { warmUpDays } from './segments.ts';

/** Real days that the first prediction rests on, where there are so many. */
export const realDays = (hyper: Hyper): number => (hyper.memory === 'carried' ? warmUpDays(hyper) : hyper.lookBack);

/** How many windows each scenario has, and which of them does what on simulated day d (from 0). */
export interface Windows {
  readonly count: number;
  /** The one that predicts day d. */
  readonly predictor: (d: number) => number;
  /** Those that take day d in: [from, to). */
  readonly takers: (d: number) => { readonly from: number; readonly to: number };
}

/**
 * The window that predicts simulated day d holds the L − d last real days and the d simulated ones before it,
 * at most L; with a carried state there is one window, without an end.
 */
export const arrangeWindows = ({ memory, lookBack }: Hyper, horizon: number): Windows =>
  memory === 'carried'
    ? { count: 1, predictor: () => 0, takers: (d) => ({ from: 0, to: d + 1 < horizon ? 1 : 0 }) }
    : {
        count: horizon,
        predictor: (d) => d,
        takers: (d) => ({ from: d + 1, to: Math.min(d + lookBack + 1, horizon) }),
      };
