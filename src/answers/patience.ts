import { setTimeout as sleep } from 'node:timers/promises';
import { BusyError } from '../errors.ts';

const PAUSE_MS = 15_000;

export interface Patience {
  readonly signal: AbortSignal;
  /** Before busy threads are asked again. */
  readonly pauseMs?: number | undefined;
}

/**
 * For work that nobody waits for at a screen: while people keep the threads busy, it comes again and again.
 * Rejects when the signal aborts.
 */
export async function patiently<T>(work: () => Promise<T>, { signal, pauseMs = PAUSE_MS }: Patience): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
    }
    await sleep(pauseMs, undefined, { signal });
  }
}
