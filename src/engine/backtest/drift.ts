// What prices make of weights until the next decision, which may look at them: they are of its past.
import { equalWeights } from '../equal-weights.ts';
import type { RuleDecision } from './types.ts';

/**
 * @param weights (n) of all money at the first closes
 * @param start (n) the first closes
 * @param end (n) the last
 * @returns (n) weights of all money at the last closes, when nothing was traded
 */
export function drifted(weights: readonly number[], start: readonly number[], end: readonly number[]): number[] {
  const values = weights.map((weight, j) => (weight * end[j]!) / start[j]!);
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

interface HeldPeriod {
  /** (rules, n) What each rule held before its decision; absent before the first. */
  readonly before: readonly (readonly number[])[] | undefined;
  /** Of one day, by every rule. A rule without weights holds what it held, or equal weights at the start. */
  readonly decisions: readonly RuleDecision[];
  readonly tickers: readonly string[];
  /** (n) The closes of that day, and those of the next decision. */
  readonly start: readonly number[];
  readonly end: readonly number[];
}

/** @returns (rules, n) what each rule holds when the next decision is made */
export const heldNext = ({ before, decisions, tickers, start, end }: HeldPeriod): number[][] =>
  decisions.map(({ weights }, r) => drifted(weights ?? before?.[r] ?? equalWeights(tickers), start, end));
