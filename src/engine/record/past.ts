// What an answer says of the past: the part of a record that is about its own limit, or the nearest there is.
import { ENOUGH_DECISIONS, type LimitRecord, type RecordSummary, type WorstDecision } from './record.ts';

type Figures = Omit<LimitRecord, 'limit' | 'kupiecP' | 'z2' | 'z2Critical'>;

interface DatedFigures extends Figures {
  /** On which these decisions were made: on one date under several limits. */
  readonly dates: number;
}

export interface Past extends DatedFigures {
  /** `limit`: limits near the one asked for; `universe`: all limits; `all`: all limits of up to `MOST_UNIVERSES`. */
  readonly scope: 'limit' | 'universe' | 'all';
  /** Those that the figures are about, ascending; absent with scope `all`. */
  readonly limits?: readonly number[];
  /** Days between its decisions, which may be others than those asked for. */
  readonly horizonDays: number;
  readonly alpha: number;
  readonly worst?: WorstDecision;
}

/** The most universes of which the newest records are told where a universe has too little past of its own. */
export const MOST_UNIVERSES = 50;

/** Limits within this are near the one asked for. */
const NEAR = 0.0101;

interface KeptRecord {
  readonly horizonDays: number;
  readonly alpha: number;
  readonly summary: RecordSummary;
}

/**
 * @param own the universe's record; absent: there is none yet
 * @param all the newest records of many universes, for one that is too short
 * @param limit absent: none was asked for
 * @returns undefined when no record has enough dates
 */
export function pastOf(
  own: KeptRecord | undefined,
  all: readonly KeptRecord[],
  limit: number | undefined,
): Past | undefined {
  const worst = all.flatMap((one) => one.summary.worst).toSorted((a, b) => b.loss / b.limit - a.loss / a.limit);
  const parts = [
    ...(own ? ownParts(own.summary, limit) : []),
    { scope: 'all', figures: merge(all.map((one) => pooledOf(one.summary))), worst } as const,
  ];
  const part = parts.find(({ figures }) => figures.dates >= ENOUGH_DECISIONS);
  const kept = own ?? all[0];
  if (part === undefined || kept === undefined) return undefined;
  const { alpha, horizonDays } = kept;
  const {
    figures,
    worst: [deepest],
    ...rest
  } = part;
  return { ...rest, alpha, horizonDays, ...figures, ...(deepest && { worst: deepest }) };
}

/** From the nearest to the limit to the most. */
function ownParts(summary: RecordSummary, limit: number | undefined) {
  const { byLimit, pooled, worst } = summary;
  const near = byLimit.filter((one) => limit !== undefined && Math.abs(one.limit - limit) <= NEAR);
  return [
    { scope: 'limit', limits: near.map((one) => one.limit), figures: merge(near.map(dated)), worst },
    { scope: 'universe', limits: pooled.limits, figures: merge([pooledOf(summary)]), worst },
  ] as const;
}

const dated = (record: LimitRecord): DatedFigures => ({ ...record, dates: record.feasible });

const pooledOf = (summary: RecordSummary): DatedFigures => ({ ...summary.pooled, dates: pooledDates(summary) });

/** The dates on which one of the pooled limits could be kept, of all offsets. */
export const pooledDates = ({ byLimit, pooled }: RecordSummary): number =>
  mostDates(byLimit.filter(({ limit }) => pooled.limits.includes(limit)).map(dated));

/** Limits share their dates: whoever keeps one keeps the looser ones too. Universes share them, as far as is known. */
const mostDates = (records: readonly DatedFigures[]): number => Math.max(0, ...records.map(({ dates }) => dates));

/** Counts are added; rates are averaged by the number of decisions. */
function merge(records: readonly DatedFigures[]): DatedFigures {
  const sum = (of: (one: Figures) => number): number => records.reduce((total, one) => total + of(one), 0);
  const feasible = sum((one) => one.feasible);
  const average = (key: 'realisedToLimit' | 'predicted' | 'realised' | 'within'): number =>
    sum((one) => one.feasible * (one[key] ?? 0)) / feasible;
  const counts = { feasible, violations: sum((one) => one.violations), dates: mostDates(records) };
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
