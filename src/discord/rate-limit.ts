import { LRUCache } from 'lru-cache';
import { ageAt } from '../believed.ts';
import { MINUTE_MS } from '../durations.ts';

const WINDOW_MS = MINUTE_MS;
const MAX_MEMBERS = 10_000;

/** Expensive ones. */
export const MAX_REQUESTS_A_MINUTE = 6;

/**
 * Limits how often a member may make requests of a kind, by a sliding window in memory. A restart empties it, and a
 * member is forgotten when MAX_MEMBERS others have made requests since.
 */
export class RateLimiter {
  readonly #now: () => number;
  readonly #most: number;
  readonly #requestedAt = new LRUCache<string, readonly number[]>({ max: MAX_MEMBERS });

  /** @param now milliseconds */
  constructor(now: () => number, most = MAX_REQUESTS_A_MINUTE) {
    this.#now = now;
    this.#most = most;
  }

  /** Counts a request. @returns undefined or, when it is refused and not counted, the seconds to wait */
  take(memberId: string): number | undefined {
    const at = this.#now();
    // Those that lie ahead are of a clock that was set back since.
    const recent = (this.#requestedAt.get(memberId) ?? []).filter((time) => ageAt(time, at) < WINDOW_MS);
    const [first] = recent;
    if (first !== undefined && recent.length >= this.#most) {
      return Math.ceil((first + WINDOW_MS - at) / 1_000);
    }
    this.#requestedAt.set(memberId, [...recent, at]);
    return undefined;
  }
}
