// Pure: limits of the loss in words, the smallest that can be kept among them.
import { percentUp, roundUpToTenthPercent, shortPercent } from '../format.ts';
import { RANGES } from '../parse.ts';

/** `the worst 5% of scenarios` */
export const worstScenarios = (alpha: number): string => `the worst ${shortPercent(1 - alpha)} of scenarios`;

/** @param minCvar the smallest CVaR that can be had, a fraction. @returns the smallest limit that would be answered, as one reads it */
export const smallestLimit = (minCvar: number): string => percentUp(Math.max(minCvar, RANGES.loss.min));

/** The same as a fraction for a button, with one decimal; undefined where it is more than can be asked for. */
export function limitToTry(minCvar: number): number | undefined {
  const limit = Math.max(roundUpToTenthPercent(minCvar), RANGES.loss.min);
  return limit > RANGES.loss.max ? undefined : limit;
}

/** On a button. */
export const tryLabel = (limit: number): string => `Try ${shortPercent(limit)}`;
