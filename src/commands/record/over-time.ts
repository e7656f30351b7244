// How a record came about over time. Pure.
import { earned, isViolation, keepsLimit } from '../../engine/backtest/summary.ts';
import type { DecisionOutcome } from '../../engine/backtest/types.ts';
import { mean } from '../../engine/statistics.ts';

/** A date on which some limit could be kept. */
interface DateRecord {
  /** ISO day on which its outcomes were known. */
  readonly until: string;
  readonly promised: number;
  readonly broken: number;
  /** Means over the limits that could be kept. */
  readonly predicted: number;
  readonly realised: number;
  /** What equal weights came to. */
  readonly equal: number;
}

/** @param limits those that count */
export function byDate(decisions: readonly DecisionOutcome[], limits: readonly number[]): DateRecord[] {
  return [...Map.groupBy(decisions, ({ date }) => date).values()].flatMap((all) => {
    const feasible = all.filter(keepsLimit).filter(({ limit }) => limits.includes(limit));
    if (feasible.length === 0) return [];
    return {
      until: all[0]!.until,
      promised: feasible.length,
      broken: feasible.filter(isViolation).length,
      predicted: mean(feasible.map(({ predicted }) => predicted)),
      realised: mean(feasible.map(earned)),
      equal: all.filter(({ limit }) => limit === 'equal').map(earned)[0] ?? 0,
    };
  });
}

/** @returns the share that was broken in each `window` dates that follow each other, at the last of them */
export const rollingShares = (dates: readonly DateRecord[], window: number): { until: string; share: number }[] =>
  dates.slice(window - 1).map(({ until }, at) => {
    const part = dates.slice(at, at + window);
    const sum = (key: 'promised' | 'broken'): number => part.reduce((total, one) => total + one[key], 0);
    return { until, share: sum('broken') / sum('promised') };
  });

/**
 * Between these shares lie 95 % of the windows of a true promise. Limits of one date share its market: they count as
 * one case, as if all were broken together, which makes the interval as wide as it can be.
 */
export function chanceInterval(window: number, probability: number): readonly [low: number, high: number] {
  return [quantile(0.025, window, probability) / window, quantile(0.975, window, probability) / window];
}

/** Of the binomial distribution: the smallest count that at least this share of cases does not exceed. */
function quantile(share: number, cases: number, probability: number): number {
  let [count, exactly] = [0, (1 - probability) ** cases];
  let upTo = exactly;
  while (upTo < share && count < cases) {
    exactly *= ((cases - count) / (count + 1)) * (probability / (1 - probability));
    count += 1;
    upTo += exactly;
  }
  return count;
}

/** The sums up to each date. */
export function cumulative(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}
