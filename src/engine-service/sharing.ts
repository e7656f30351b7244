import type { OnProgress, Progress } from '../engine/types.ts';
import type { TaskOptions } from '../workers/pool.ts';

/** What shared work gets: a signal that aborts when nobody waits any more, and everybody's progress. */
export interface Around {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

interface Running<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  readonly audience: Audience;
}

/**
 * Runs the work under the key, or waits for the one that is running under it already. A signal ends its
 * caller's waiting alone; the work is aborted when all who waited have gone.
 */
export type Share<T> = (key: string, options: TaskOptions, work: (around: Around) => Promise<T>) => Promise<T>;

export function createShare<T>(): Share<T> {
  const underway = new Map<string, Running<T>>();

  /** Whoever asks after an abort must not be given what has been aborted. */
  function forget(key: string, abort: AbortController): void {
    if (underway.get(key)?.abort === abort) underway.delete(key);
  }

  function begin(key: string, work: (around: Around) => Promise<T>): Running<T> {
    const abort = new AbortController();
    const audience = createAudience();
    const result = work({ signal: abort.signal, onProgress: audience.tell }).finally(() => {
      forget(key, abort);
      // Whatever work that failed has left running.
      abort.abort();
    });
    const running = { result, abort, audience };
    underway.set(key, running);
    return running;
  }

  return async (key, { signal, onProgress }, work) => {
    signal?.throwIfAborted();
    const { result, abort, audience } = underway.get(key) ?? begin(key, work);
    return new Promise<T>((resolve, reject) => {
      const leave = audience.join(onProgress);
      const goAway = (): void => {
        reject(signal?.reason);
        if (leave() > 0) return;
        forget(key, abort);
        abort.abort(signal?.reason);
      };
      signal?.addEventListener('abort', goAway, { once: true });
      void result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', goAway));
    });
  };
}

/** Those who wait for the same. */
interface Audience {
  readonly tell: OnProgress;
  /** Tells at once what was told last. @returns how to leave, which says how many are left */
  join(onProgress: OnProgress | undefined): () => number;
}

function createAudience(): Audience {
  const waiting = new Set<{ readonly onProgress: OnProgress | undefined }>();
  let last: Progress | undefined;
  return {
    tell(progress) {
      last = progress;
      for (const one of waiting) one.onProgress?.(progress);
    },
    join(onProgress) {
      const one = { onProgress };
      waiting.add(one);
      if (last !== undefined) onProgress?.(last);
      return () => {
        waiting.delete(one);
        return waiting.size;
      };
    },
  };
}
