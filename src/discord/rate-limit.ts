import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
const MAX_MEMBERS = 10_000;

export const MAX_REQUESTS_A_MINUTE = 6;

/**
 * Limits how often a member may use expensive commands, by a sliding window in memory. A restart empties it, and a
 * member is forgotten when MAX_MEMBERS others have made requests since.
 */
export class RateLimiter {
  readonly #now: () => number;
  readonly #requestedAt = new LRUCache<string, readonly number[]>({ max: MAX_MEMBERS });

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a request. @returns undefined or, when it is refused and not counted, the seconds to wait */
  take(memberId: string): number | undefined {
    const at = this.#now();
    const recent = (this.#requestedAt.get(memberId) ?? []).filter((time) => at - time < WINDOW_MS);
    const [first] = recent;
    if (first !== undefined && recent.length >= MAX_REQUESTS_A_MINUTE) {
      return Math.ceil((first + WINDOW_MS - at) / 1_000);
    }
    this.#requestedAt.set(memberId, [...recent, at]);
    return undefined;
  }
}
