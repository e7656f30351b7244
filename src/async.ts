import { setTimeout as sleep } from 'node:timers/promises';
import { BusyError } from './errors.ts';

/**
 * Waits at most `ms` for `work`. Late work continues, and its result is dropped.
 * @param onTimeout returns a result to use instead, or throws
 * @throws Error when `work` rejects in time
 */
export async function withTimeout<T>(ms: number, work: Promise<T>, onTimeout: () => T): Promise<T> {
  const timeout = Promise.withResolvers<T>();
  const timer = setTimeout(() => timeout.resolve(Promise.try(onTimeout)), ms);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for `work` until the signal aborts; the work itself continues.
 * @param signal absent: waits to the end
 * @throws the signal's reason when it has aborted, or aborts first
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Runs the works of one key one after another, in order of arrival, whatever becomes of those before. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}

const PAUSE_MS = 15_000;

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Milliseconds between attempts. */
  readonly pauseMs?: number | undefined;
}

/**
 * For background work: retries while the threads are busy with people's requests.
 * @throws Error when the signal aborts, and every error of `work` but BusyError
 */
export async function retryWhileBusy<T>(
  work: () => Promise<T>,
  { signal, pauseMs = PAUSE_MS }: RetryOptions,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
    }
    await sleep(pauseMs, undefined, { signal });
  }
}
