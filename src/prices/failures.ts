import { LRUCache } from 'lru-cache';
import { ageAt } from '../believed.ts';
import { MINUTE_MS } from '../durations.ts';
import type { Demand } from './demand.ts';
import { NoAnswer, UnknownTicker, VendorError } from './vendors/vendor.ts';

/** How long after a failure stored prices are used without another request. */
const COOL_DOWN_MS = MINUTE_MS;
/** After so many unanswered ones in a row nobody asks it during that time, not even where nothing is stored. */
const DOWN_AFTER = 3;
/** For so long a ticker's failure counts. A night that is tried again, after as long at least, asks again. */
const PASSING_MS = 5 * MINUTE_MS;

const KNOWN = { max: 10_000 };

interface Failure<E> {
  /** Milliseconds since 1970. One that a wrong clock has dated ahead counts for nothing. */
  readonly at: number;
  readonly error: E;
}

/** What a vendor has failed at, and when it is left alone for that. */
export class Failures {
  /** The last failure of each ticker since its last success. */
  readonly #ofTickers = new LRUCache<string, Failure<VendorError | UnknownTicker>>(KNOWN);
  #last: Failure<VendorError> | undefined;
  /** How many fetches were not answered since one was. */
  #inRow = 0;

  onSuccess(ticker: string): void {
    if (this.#last !== undefined && this.#isDown(this.#last.error)) this.#last = undefined;
    this.#inRow = 0;
    this.#ofTickers.delete(ticker);
  }

  /**
   * @param at milliseconds since 1970
   * @returns whether it is the vendor's, and its first: all who wait for a vendor that hangs, or has just failed, get the
   *   same
   */
  onFailure(ticker: string, error: unknown, at: number): boolean {
    if (error === this.#last?.error || !(error instanceof VendorError || error instanceof UnknownTicker)) return false;
    const isReached = error instanceof UnknownTicker || !error.isUnreachable;
    this.#inRow = isReached ? 0 : this.#inRow + 1;
    if (error instanceof VendorError && error.canRetry) this.#last = { at, error };
    if (isReached || !this.#isDown(error)) this.#ofTickers.set(ticker, { at, error });
    return true;
  }

  /** @throws VendorError when the vendor has just failed: behind one that hangs, everybody would wait for it again */
  checkCoolDown(isStored: boolean, demand: Demand, now: number): void {
    if (this.#last === undefined || ageAt(this.#last.at, now) >= COOL_DOWN_MS) return;
    const { error } = this.#last;
    if (this.#isDown(error) || (isStored && typeof demand === 'string')) throw error;
  }

  /**
   * The failure that answers a demand for what is newer than an instant: a night asks once for what several of its
   * universes lack.
   */
  answerTo(demand: Demand, ticker: string, now: number): VendorError | UnknownTicker | undefined {
    const { at, error } = this.#ofTickers.get(ticker) ?? {};
    if (at === undefined || typeof demand === 'string' || at < demand.since) return undefined;
    return ageAt(at, now) < PASSING_MS ? error : undefined;
  }

  /** Whether it is not one ticker's failure. */
  #isDown(error: VendorError): boolean {
    return (error instanceof NoAnswer && error.isSilent) || this.#inRow >= DOWN_AFTER;
  }
}
