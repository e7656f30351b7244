// Waiting for work: not for ever, or again and again.
import { setTimeout as sleep } from 'node:timers/promises';
import { BusyError } from './errors.ts';

/**
 * Work that is late goes on; whatever becomes of it is nobody's any more.
 * @param ms after which the work is waited for no longer
 * @param onLate what is given then, or thrown
 * @throws Error when the work does in time
 */
export async function within<T>(ms: number, work: Promise<T>, onLate: () => T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.resolve(Promise.try(onLate)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param signal absent: nothing ends the waiting
 * @throws the signal's reason when it has aborted, or aborts first
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

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
