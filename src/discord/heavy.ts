import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
const MEMBERS = 10_000;

export const HEAVY_A_MINUTE = 6;

/** How often members may ask what takes much of the machine. */
export interface HeavyLimit {
  /** Counts one question. @returns undefined, or the seconds to wait, and then it does not count */
  take(memberId: string): number | undefined;
}

/** In memory: a restart forgives, and so does it when more members ask than are remembered. */
export function createHeavyLimit(now: () => number): HeavyLimit {
  const askedAt = new LRUCache<string, readonly number[]>({ max: MEMBERS });
  return {
    take(memberId) {
      const at = now();
      const recent = (askedAt.get(memberId) ?? []).filter((time) => at - time < WINDOW_MS);
      const [first] = recent;
      if (first !== undefined && recent.length >= HEAVY_A_MINUTE) return Math.ceil((first + WINDOW_MS - at) / 1_000);
      askedAt.set(memberId, [...recent, at]);
      return undefined;
    },
  };
}
