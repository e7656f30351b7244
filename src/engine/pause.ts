import type { WorkContext } from './strategies/strategy.ts';

/** Kernels block their thread. A long computation awaits this between calls, so that an abort can arrive. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * @param scenarios M
 * @returns a function to await after each chunk: it reports progress, yields, and throws when aborted
 */
export function createPause(
  scenarios: number,
  { now, onProgress, signal }: WorkContext,
): (drawn: number) => Promise<void> {
  const startedAt = now();
  return async (drawn) => {
    const done = drawn / scenarios;
    onProgress?.({ stage: 'scenarios', done, secondsLeft: ((now() - startedAt) / 1000) * (1 / done - 1) });
    await yieldToEventLoop();
    signal?.throwIfAborted();
  };
}
