// Combinatorial purged cross-validation (López de Prado 2018, chapter 12) of what is chosen on past returns: see
// docs/decisions/2026-11-27-compare.md. docs/mathematics.md, section 22.
import { combinations, type DayRange, ranges, type RunningSums, sharpeOf, totalOf } from './running-sums.ts';

/** `10,8`: of 10 groups of days, 8 are for training and 2 for testing. */
export interface CpcvShape {
  readonly groups: number;
  readonly training: number;
}

/** Of Sharpe ratios per period: the 5th, 50th and 95th percentile. */
export interface Percentiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface Cpcv extends CpcvShape {
  readonly splits: number;
  readonly paths: number;
  /** Of each series, over the test days of all splits. */
  readonly bySeries: readonly Percentiles[];
  /** Of what is best on the training days of each split, over the paths that the test days make. */
  readonly chosen: Percentiles;
}

/** Fewer hardly tell, and more make more splits than tell anything new. */
export const CPCV_GROUPS = { min: 4, max: 16 };

/** Shorter ones would leave little to train on. */
export const mostGroups = (days: number, horizonDays: number): number => Math.floor(days / (2 * horizonDays));

/**
 * @param series of the same T days
 * @param shape of at most `mostGroups`
 * @param horizonDays days before and after a test group that are left out of training
 */
export function cpcv(series: readonly RunningSums[], { groups, training }: CpcvShape, horizonDays: number): Cpcv {
  const days = series[0]?.length ?? 0;
  const parts = ranges(days, groups);
  const splits = combinations(groups, groups - training);
  const bySeries = series.map((one) => splits.map((tested) => sharpeOf(one.over(tested.map((k) => parts[k]!)))));
  const best = splits.map((tested) => {
    const kept = trainingDays(parts, tested, horizonDays);
    const sharpes = series.map((one) => sharpeOf(one.over(kept)));
    return sharpes.indexOf(Math.max(...sharpes.filter((sharpe) => !Number.isNaN(sharpe))));
  });
  const testedIn = parts.map((_, group) => [...splits.keys()].filter((split) => splits[split]!.includes(group)));
  const paths = testedIn[0]!.map((_, path) =>
    sharpeOf(totalOf(parts.map((part, group) => series[Math.max(0, best[testedIn[group]![path]!]!)]!.over([part])))),
  );
  return {
    groups,
    training,
    splits: splits.length,
    paths: paths.length,
    bySeries: bySeries.map(percentilesOf),
    chosen: percentilesOf(paths),
  };
}

/** All days but those of the test groups, and those within a horizon of one. */
export function trainingDays(parts: readonly DayRange[], tested: readonly number[], horizonDays: number): DayRange[] {
  const days = parts.at(-1)![1];
  const left = tested.map((k): DayRange => [parts[k]![0] - horizonDays, parts[k]![1] + horizonDays]);
  const kept: DayRange[] = [];
  let from = 0;
  for (const [start, end] of left) {
    if (start > from) kept.push([from, start]);
    from = Math.max(from, end);
  }
  return from < days ? [...kept, [from, days]] : kept;
}

function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return { low: at(0.05), median: at(0.5), high: at(0.95) };
}
