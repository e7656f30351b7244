// What an answer says of the past: the part of a record that is about its own limit, or the nearest there is.
import { ENOUGH_DECISIONS, type LimitRecord, type RecordSummary, type WorstDecision } from './record.ts';

type Figures = Omit<LimitRecord, 'limit' | 'kupiecP' | 'z2' | 'z2Critical'>;

interface DatedFigures extends Figures {
  /** On which these decisions were made: on one date under several limits. */
  readonly dates: number;
}

export interface Past extends DatedFigures {
  /** `limit`: limits near the one asked for; `universe`: all limits; `all`: all limits of all universes. */
  readonly scope: 'limit' | 'universe' | 'all';
  /** Those that the figures are about, ascending; absent with scope `all`. */
  readonly limits?: readonly number[];
  /** Days between its decisions, which may be others than those asked for. */
  readonly horizonDays: number;
  readonly alpha: number;
  readonly worst?: WorstDecision;
}

/** Limits within this are near the one asked for. */
const NEAR = 0.0101;

interface KeptRecord {
  readonly horizonDays: number;
  readonly alpha: number;
  readonly summary: RecordSummary;
}

/**
 * @param own the universe's record
 * @param all records of all universes, for one that is too short
 * @param limit absent: none was asked for
 * @returns undefined when there is no record yet, or none with a decision that promised something
 */
export function pastOf(
  own: KeptRecord | undefined,
  all: readonly KeptRecord[],
  limit: number | undefined,
): Past | undefined {
  if (own === undefined) return undefined;
  const { alpha, horizonDays, summary } = own;
  const near = summary.byLimit.filter((one) => limit !== undefined && Math.abs(one.limit - limit) <= NEAR);
  const shared = { alpha, horizonDays };
  const worst = summary.worst[0] && { worst: summary.worst[0] };
  if (datesOf(near) >= ENOUGH_DECISIONS) {
    const limits = near.map((one) => one.limit);
    return { scope: 'limit', limits, ...shared, ...merge(near), dates: datesOf(near), ...worst };
  }
  const pooled = pooledOf(summary);
  if (pooled.dates >= ENOUGH_DECISIONS) {
    return {
      scope: 'universe',
      limits: summary.pooled.limits,
      ...shared,
      ...merge([pooled]),
      dates: pooled.dates,
      ...worst,
    };
  }
  const records = all.map((one) => pooledOf(one.summary));
  const dates = records.reduce((sum, one) => sum + one.dates, 0);
  if (dates < ENOUGH_DECISIONS) return undefined;
  const [deepest] = all.flatMap((one) => one.summary.worst).toSorted((a, b) => b.loss / b.limit - a.loss / a.limit);
  return { scope: 'all', ...shared, ...merge(records), dates, ...(deepest && { worst: deepest }) };
}

/** Whoever keeps a limit on a date keeps the looser ones too. */
const datesOf = (records: readonly LimitRecord[]): number => Math.max(0, ...records.map(({ feasible }) => feasible));

const pooledOf = ({ byLimit, pooled }: RecordSummary): DatedFigures => ({
  ...pooled,
  dates: datesOf(byLimit.filter(({ limit }) => pooled.limits.includes(limit))),
});

/** Counts are added; rates are averaged by the number of decisions. */
function merge(records: readonly Figures[]): Figures {
  const sum = (of: (one: Figures) => number): number => records.reduce((total, one) => total + of(one), 0);
  const feasible = sum((one) => one.feasible);
  const average = (key: 'realisedToLimit' | 'predicted' | 'realised' | 'within'): number =>
    sum((one) => one.feasible * (one[key] ?? 0)) / feasible;
  const counts = { feasible, violations: sum((one) => one.violations) };
  return feasible === 0
    ? counts
    : {
        ...counts,
        realisedToLimit: average('realisedToLimit'),
        predicted: average('predicted'),
        realised: average('realised'),
        // Not of records that were made before it was kept.
        ...(records.every((one) => one.feasible === 0 || one.within !== undefined) && { within: average('within') }),
      };
}
