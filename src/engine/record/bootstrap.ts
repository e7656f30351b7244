import { indexStream } from '../random.ts';

/** A window of the calendar: what was promised and what was broken in it. */
export interface WindowCount {
  readonly promised: number;
  readonly broken: number;
}

const DRAWS = 2000;
const SEED = 1;

/**
 * A 95 % interval of the share that was broken, by drawing whole windows of the calendar with replacement. Decisions of
 * one window, under other limits or from other days, share what happened in it and are drawn together.
 *
 * @returns undefined without a window
 */
export function shareInterval(windows: readonly WindowCount[]): readonly [number, number] | undefined {
  if (windows.length === 0) return undefined;
  const nextIndices = indexStream(SEED, windows.length);
  const shares = Array.from({ length: DRAWS }, () => {
    let [promised, broken] = [0, 0];
    for (const index of nextIndices(windows.length)) {
      promised += windows[index]!.promised;
      broken += windows[index]!.broken;
    }
    return promised === 0 ? 0 : broken / promised;
  }).toSorted((a, b) => a - b);
  return [shares[Math.floor(0.025 * DRAWS)]!, shares[Math.ceil(0.975 * DRAWS) - 1]!];
}
