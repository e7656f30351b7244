import { UserError } from './errors.ts';

/** Returns the permit; a second call does nothing. */
export type Release = () => void;

interface SemaphoreOptions {
  /** What a permit is for, as a noun: `backtest`. */
  readonly work: string;
  readonly permits: number;
  /** First estimate of how long the work takes; each measured duration is then averaged with the estimate. */
  readonly usualMs: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Limits work that occupies most of the machine: one permit per key, and a few in total. */
export class Semaphore {
  readonly #options: SemaphoreOptions;
  /** Key → when it got its permit, in milliseconds. */
  readonly #running = new Map<string, number>();
  /** In the order in which they began to wait. */
  readonly #waiting = new Set<() => void>();
  #expectedMs: number;

  constructor(options: SemaphoreOptions) {
    this.#options = options;
    this.#expectedMs = options.usualMs;
  }

  /**
   * @param key a Discord server's id, or a member's in direct messages
   * @throws UserError when this key already holds a permit, or none is free
   */
  tryAcquire(key: string): Release {
    if (this.#isFree(key)) return this.#grant(key);
    const { work, permits } = this.#options;
    if (this.#running.has(key)) {
      throw new UserError(`A ${work} is already running here: wait for it or cancel it.`, {
        code: 'semaphore.running-here',
        data: { work },
      });
    }
    const minutes = this.#minutesLeft();
    throw new UserError(`${permits} ${work}s are running already: try again in about ${minutes} min.`, {
      code: 'semaphore.full',
      data: { work, permits, minutes },
    });
  }

  /** Works with a permit. Throws like `tryAcquire`, before the work begins. */
  async tryRun<T>(key: string, work: () => Promise<T>): Promise<T> {
    const release = this.tryAcquire(key);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Waits for a permit; rejects with the signal's reason when it aborts first. */
  acquire(key: string, signal?: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        this.#waiting.delete(tryNow);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        stopWaiting();
        reject(signal?.reason);
      };
      const tryNow = (): void => {
        if (!this.#isFree(key)) return;
        stopWaiting();
        resolve(this.#grant(key));
      };
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(tryNow);
      tryNow();
    });
  }

  #isFree(key: string): boolean {
    return !this.#running.has(key) && this.#running.size < this.#options.permits;
  }

  #grant(key: string): Release {
    const { now } = this.#options;
    const since = now();
    this.#running.set(key, since);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#running.delete(key);
      this.#expectedMs = (this.#expectedMs + now() - since) / 2;
      for (const tryAgain of this.#waiting) tryAgain();
    };
  }

  /** Estimated minutes until the oldest permit is returned; at least one. */
  #minutesLeft(): number {
    const oldest = Math.min(...this.#running.values());
    return Math.max(1, Math.ceil((oldest + this.#expectedMs - this.#options.now()) / 60_000));
  }
}
