import type { HistoryOptions } from '../prices/service.ts';
import { UserError } from '../errors.ts';
import type { AllocateRequest, BacktestRequest, FrontierRequest } from './requests.ts';
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

/** Equal requests have equal keys, in whatever order their properties were written. */
export const keyOf = (request: AllocateRequest | FrontierRequest | BacktestRequest): string =>
  JSON.stringify(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1)));
