import { withTimeout } from '../async.ts';
import { MINUTE_MS } from '../durations.ts';
import { asRequester, Requesters } from '../requester.ts';
import { NoAnswer } from './vendors/vendor.ts';

/** How long prices are waited for, in milliseconds. The fetch goes on, and what it gives is stored. */
export interface Patience {
  /** Newer prices than the stored ones, for all tickers of an answer together. */
  readonly storedMs: number;
  /** The same where they are asked for by themselves, since the vendor last answered anybody. */
  readonly refreshMs: number;
  /** Where nothing is stored. */
  readonly firstMs: number;
  /** The least for stored ones while the vendor answers nobody: it may answer again. */
  readonly leastMs: number;
}

const PATIENCE: Patience = { storedMs: 5_000, refreshMs: 10_000, firstMs: MINUTE_MS, leastMs: 300 };

interface Waiting {
  readonly hasStored: boolean;
  readonly isRefresh: boolean;
  /** By performance.now(): when the answer was asked for. */
  readonly since: number;
}

const LATE = Symbol('late');

interface Running<T> {
  readonly fetching: Promise<T>;
  readonly requesters: Requesters;
}

/** A vendor's fetches, one for each ticker at a time. */
export class Fetches<T> {
  readonly #patience: Patience;
  readonly #running = new Map<string, Running<T>>();
  /** By performance.now(): when the vendor last answered, or the oldest running fetch began. */
  #lastAnswer = -Infinity;

  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  /** @returns the fetch that runs for the ticker already, from now on for this requester too, or a new one */
  run(ticker: string, fetch: () => Promise<T>): Promise<T> {
    const running = this.#running.get(ticker);
    if (running !== undefined) {
      running.requesters.join();
      return running.fetching;
    }
    if (this.#running.size === 0) this.#lastAnswer = performance.now();
    const requesters = new Requesters();
    const fetching = asRequester(requesters, fetch).finally(() => {
      this.#running.delete(ticker);
      this.#lastAnswer = performance.now();
    });
    // It may fail when nobody waits for it any more.
    fetching.catch(() => {});
    this.#running.set(ticker, { fetching, requesters });
    return fetching;
  }

  /**
   * Waits for as long as it makes sense. Nobody waits behind those whom the vendor has not answered.
   * @throws NoAnswer when it takes longer, and what the fetch throws
   */
  async wait(fetching: Promise<T>, waiting: Waiting): Promise<T> {
    const begun = performance.now();
    for (;;) {
      const left = this.#end(waiting, begun) - performance.now();
      const result = await withTimeout<T | typeof LATE>(Math.max(0, left), fetching, () => LATE);
      if (result !== LATE) return result;
      // The vendor may have answered others meanwhile.
      if (performance.now() >= this.#end(waiting, begun)) throw this.#tooLate(waiting);
    }
  }

  #end({ hasStored, isRefresh, since }: Waiting, begun: number): number {
    const { storedMs, refreshMs, firstMs, leastMs } = this.#patience;
    if (!hasStored) return since + firstMs;
    if (isRefresh) return this.#lastAnswer + refreshMs;
    return Math.min(since + storedMs, Math.max(this.#lastAnswer + storedMs, begun + leastMs));
  }

  #tooLate({ hasStored, isRefresh }: Waiting): NoAnswer {
    const { storedMs, refreshMs, firstMs } = this.#patience;
    return new NoAnswer(!hasStored ? firstMs : isRefresh ? refreshMs : storedMs, { isSilent: false });
  }
}
