import type { HistoryOptions } from '../prices/service.ts';
import { UserError } from '../errors.ts';
import type { TaskOptions } from '../workers/pool.ts';

/** 800 MB of scenarios; with the second sample, and copies on their way to shared memory, three times as much. */
const MOST_NUMBERS = 100_000_000;

/**
 * @param atOnce how many samples of that size are in memory together
 * @throws UserError when the scenarios would not fit into memory
 */
export function checkSize(assets: number, scenarios: number, atOnce = 1): void {
  if (assets * scenarios * atOnce <= MOST_NUMBERS) return;
  const most = Math.floor(MOST_NUMBERS / assets / atOnce).toLocaleString('en-GB');
  throw new UserError(`With ${assets} assets at most ${most} scenarios can be drawn; got ${scenarios}.`, 'scenarios');
}

export const historyOptions = ({ signal, onProgress }: TaskOptions): HistoryOptions => ({
  ...(signal && { signal }),
  ...(onProgress && { onProgress }),
});

/** JSON in which equal values are equal, in whatever order the properties of their objects were written. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
