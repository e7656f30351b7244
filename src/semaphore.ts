import { UserError } from './errors.ts';

/** Gives its place back; a second call does nothing. */
export type Release = () => void;

/** Places for work that takes most of the machine: one a key, and few altogether. */
export interface Slots {
  /**
   * @param key a Discord server's id, or a member's in direct messages
   * @throws UserError when work of that key runs already, or no place is free
   */
  take(key: string): Release;
  /** Waits for a place instead; rejects with the signal's reason when it aborts first. */
  whenFree(key: string, signal?: AbortSignal): Promise<Release>;
}

interface SlotsOptions {
  /** What is done in a place, as a noun: `backtest`. */
  readonly work: string;
  readonly places: number;
  /** What it takes at first sight; what it did take then has half a say. */
  readonly usualMs: number;
  /** Milliseconds. */
  readonly now: () => number;
}

export function createSlots({ work, places, usualMs, now }: SlotsOptions): Slots {
  /** Key → since when, in the order of their beginnings. */
  const running = new Map<string, number>();
  const waiting = new Set<() => void>();
  let expectedMs = usualMs;

  const isFree = (key: string): boolean => !running.has(key) && running.size < places;

  function begin(key: string): Release {
    const since = now();
    running.set(key, since);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      running.delete(key);
      expectedMs = (expectedMs + now() - since) / 2;
      for (const tryAgain of waiting) tryAgain();
    };
  }

  /** At least a minute: nobody waits for less with joy. */
  function minutesLeft(): number {
    const oldest = Math.min(...running.values());
    return Math.max(1, Math.ceil((oldest + expectedMs - now()) / 60_000));
  }

  return {
    take(key) {
      if (isFree(key)) return begin(key);
      throw new UserError(
        running.has(key)
          ? `A ${work} is already running here: wait for it or cancel it.`
          : `${places} ${work}s are running already: try again in about ${minutesLeft()} min.`,
      );
    },
    whenFree: (key, signal) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          waiting.delete(tryNow);
          signal?.removeEventListener('abort', onAbort);
        };
        const onAbort = (): void => {
          end();
          reject(signal?.reason);
        };
        const tryNow = (): void => {
          if (!isFree(key)) return;
          end();
          resolve(begin(key));
        };
        if (signal?.aborted === true) return onAbort();
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting.add(tryNow);
        tryNow();
      }),
  };
}
