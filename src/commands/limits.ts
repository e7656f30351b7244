import { percentUp, roundUpToTenthPercent, shortPercent } from '../format.ts';
import { RANGES } from '../parse.ts';

/** `the worst 5% of scenarios` */
export const worstScenarios = (alpha: number): string => `the worst ${shortPercent(1 - alpha)} of scenarios`;

/** @param minCvar the smallest achievable CVaR, a fraction. @returns the smallest limit that can be kept, as text */
export const smallestLimit = (minCvar: number): string => percentUp(Math.max(minCvar, RANGES.loss.min));

/** The same for a button: a fraction, rounded up to 0.1%; undefined when no allowed limit is that large. */
export function limitToTry(minCvar: number): number | undefined {
  const limit = Math.max(roundUpToTenthPercent(minCvar), RANGES.loss.min);
  return limit > RANGES.loss.max ? undefined : limit;
}

/** A button's label. */
export const tryLabel = (limit: number): string => `Try ${shortPercent(limit)}`;
