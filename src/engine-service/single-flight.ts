import { canonicalJson } from '../engine/canonical-json.ts';
import type { OnProgress, Progress } from '../engine/types.ts';
import { asRequester, Requesters } from '../requester.ts';
import { type SettingsUsed, tellSettings } from '../settings-used.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { WorkLimit } from './requests.ts';

/** The context of shared work. The signal is aborted when no caller is left; progress goes to all callers. */
export interface SharedContext {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** The first of equal requests in flight decides the limit. */
export interface PastOptions extends TaskOptions {
  /** Absent: it may take as long as it takes. */
  readonly limit?: WorkLimit | undefined;
}

/** With the limit of the first caller. */
export type PastContext = SharedContext & Pick<PastOptions, 'limit'>;

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  readonly callers: Callers;
  readonly requesters: Requesters;
}

/**
 * Runs work once, on behalf of all callers with the same key at the same time. A caller's signal ends only its own waiting. The
 * work is aborted when all callers have left.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  async run(
    key: string,
    { signal, onProgress }: TaskOptions,
    work: (context: SharedContext) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const running = this.#flights.get(key);
    running?.requesters.join();
    const { result, abort, callers } = running ?? this.#begin(key, work);
    return new Promise<T>((resolve, reject) => {
      const leave = callers.join(onProgress);
      const onAbort = (): void => {
        reject(signal?.reason);
        if (leave() > 0) return;
        this.#forget(key, abort);
        abort.abort(signal?.reason);
      };
      // It may have aborted while the work began.
      if (signal?.aborted === true) onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      // The caller may have left while the work began.
      if (signal?.aborted === true) onAbort();
      void result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', onAbort));
    });
  }

  #begin(key: string, work: (context: SharedContext) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const callers = new Callers();
    const requesters = new Requesters();
    const context: SharedContext = { signal: abort.signal, onProgress: (progress) => callers.report(progress) };
    const result = asRequester(requesters, () => work(context)).finally(() => {
      this.#forget(key, abort);
      // Ends what failed work has left running.
      abort.abort();
    });
    const flight = { result, abort, callers, requesters };
    this.#flights.set(key, flight);
    return flight;
  }

  /** A later caller must not join work that was aborted. */
  #forget(key: string, abort: AbortController): void {
    if (this.#flights.get(key)?.abort === abort) this.#flights.delete(key);
  }
}

/** The callers that wait for one flight. */
class Callers {
  readonly #waiting = new Set<{ readonly onProgress: OnProgress | undefined }>();
  #last: Progress | undefined;

  report(progress: Progress): void {
    this.#last = progress;
    for (const one of this.#waiting) one.onProgress?.(progress);
  }

  /** Reports the latest progress at once. @returns a function that leaves, and gives the number of callers left */
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

/** One computation for all callers that ask the same at the same time. Each answer has its caller's own request. */
export async function answerOnce<A extends { readonly request: { readonly settingsUsed?: SettingsUsed } }>(
  flights: SingleFlight<A>,
  request: A['request'],
  options: PastOptions,
  compute: (shared: PastContext) => Promise<A>,
): Promise<A> {
  // Only the words of an answer depend on what its caller left to the settings.
  const { settingsUsed: _, ...question } = request;
  const { limit } = options;
  try {
    const answer = await flights.run(canonicalJson(question), options, (shared) => compute({ ...shared, limit }));
    return { ...answer, request };
  } catch (error) {
    throw tellSettings(error, request);
  }
}
