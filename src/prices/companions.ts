import { HOUR_MS } from '../durations.ts';
import { END_OF_TIME, isWeekend, type TradingDays } from './calendar.ts';
import type { StoredSeries } from './ticker-series.ts';

/** Prices that end before those of others are fetched again when they are older than this. */
const RECENT_MS = HOUR_MS;

interface LaggardOptions {
  /** Milliseconds since 1970: what was fetched since `started` was asked for by the present request, or by its like. */
  readonly started: number;
  readonly now: number;
  readonly tradingDays: TradingDays;
  /** The last ISO day of interest; absent: all days. */
  readonly until?: string | undefined;
}

/**
 * Which series end before another because they were fetched earlier, perhaps before the end of a session that the other
 * has. Those are no laggards that the vendor has just been asked for, or for which it failed: their exchange may have a
 * holiday.
 * @returns (n)
 */
export function laggards(series: readonly StoredSeries[], options: LaggardOptions): boolean[] {
  const { started, now, tradingDays, until = END_OF_TIME } = options;
  // A share does not lag behind a coin at a weekend.
  const counts = (day: string): boolean => day <= until && (tradingDays === 'every day' || !isWeekend(day));
  const ends = series.map(({ dates, closes }) => dates.findLast((day, t) => closes[t] !== null && counts(day)) ?? '');
  const newest = ends.toSorted().at(-1);
  const fetchedAt = series.map((one) => Date.parse(one.fetchedAt));
  const companion = Math.max(...fetchedAt.filter((_, j) => ends[j] === newest));
  return series.map(({ failure }, j) => {
    const at = fetchedAt[j]!;
    return failure === undefined && ends[j] !== newest && at < started && (at < companion || now - at > RECENT_MS);
  });
}
