import { ageAt } from '../believed.ts';
import { HOUR_MS } from '../durations.ts';

/** Stored prices younger than this are used as they are. */
export const FRESH_MS = 6 * HOUR_MS;

/** Who asks for series. */
export interface Asking {
  /**
   * Milliseconds since 1970: fetches what is stored from before, even if it is fresh, and waits for as long as the vendor
   * answers anybody. Absent: fresh prices will do.
   */
  readonly refresh?: number | undefined;
  /** By performance.now(): all that is asked for one answer is waited for together. */
  readonly askedAt: number;
}

/**
 * When to ask the vendor: for stored prices that are not fresh; for fresh ones too, unless it has just failed; for those
 * that were fetched before an instant, in milliseconds since 1970.
 */
export type Demand = 'fresh' | 'newest' | { readonly since: number };

/** @param now milliseconds since 1970 */
export function isNewEnough({ fetchedAt }: { readonly fetchedAt: string }, demand: Demand, now: number): boolean {
  if (demand === 'newest') return false;
  const age = ageAt(Date.parse(fetchedAt), now);
  return demand === 'fresh' ? age < FRESH_MS : now - age >= demand.since;
}
