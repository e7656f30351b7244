import type { OnProgress, Progress } from '../engine/types.ts';
import type { TaskOptions } from '../workers/pool.ts';

/** What shared work gets: a signal that aborts when nobody waits any more, and everybody's progress. */
export interface SharedContext {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  readonly audience: Audience;
}

/**
 * Runs the work under the key, or waits for the one that is running under it already. A signal ends its
 * caller's waiting alone; the work is aborted when all who waited have gone.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  async run(
    key: string,
    { signal, onProgress }: TaskOptions,
    work: (context: SharedContext) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const { result, abort, audience } = this.#flights.get(key) ?? this.#begin(key, work);
    return new Promise<T>((resolve, reject) => {
      const leave = audience.join(onProgress);
      const goAway = (): void => {
        reject(signal?.reason);
        if (leave() > 0) return;
        this.#forget(key, abort);
        abort.abort(signal?.reason);
      };
      signal?.addEventListener('abort', goAway, { once: true });
      void result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', goAway));
    });
  }

  #begin(key: string, work: (context: SharedContext) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const audience = new Audience();
    const result = work({ signal: abort.signal, onProgress: (progress) => audience.tell(progress) }).finally(() => {
      this.#forget(key, abort);
      // Whatever work that failed has left running.
      abort.abort();
    });
    const flight = { result, abort, audience };
    this.#flights.set(key, flight);
    return flight;
  }

  /** Whoever asks after an abort must not be given what has been aborted. */
  #forget(key: string, abort: AbortController): void {
    if (this.#flights.get(key)?.abort === abort) this.#flights.delete(key);
  }
}

/** Those who wait for the same. */
class Audience {
  readonly #waiting = new Set<{ readonly onProgress: OnProgress | undefined }>();
  #last: Progress | undefined;

  tell(progress: Progress): void {
    this.#last = progress;
    for (const one of this.#waiting) one.onProgress?.(progress);
  }

  /** Tells at once what was told last. @returns how to leave, which says how many are left */
  join(onProgress: OnProgress | undefined): () => number {
    const one = { onProgress };
    this.#waiting.add(one);
    if (this.#last !== undefined) onProgress?.(this.#last);
    return () => {
      this.#waiting.delete(one);
      return this.#waiting.size;
    };
  }
}
