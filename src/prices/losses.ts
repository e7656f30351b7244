// Days that had a price, and have none any more.
import type { StoredSeries, TickerSeries } from './ticker-series.ts';

/** A vendor drops a bar of a holiday that was none of its exchange's days, or two of one. */
const MOST_IN_A_ROW = 2;
/** The share of the stored days that may be lost in all. */
const MOST_LOST = 0.02;

/**
 * What is lost of the stored days from `windowStart` on, in words; undefined where it is little.
 * Days were dated otherwise by earlier versions.
 */
export function lossOf(stored: StoredSeries, fetched: TickerSeries, windowStart: string): string | undefined {
  if (stored.isBySession === undefined) return undefined;
  const known = pricedDays(stored).filter((day) => day >= windowStart);
  const given = pricedDays(fetched);
  // The stored days are those of weeks or months, and may be dated as no trading day is.
  if (given.filter((day) => day >= known[0]! && day <= known.at(-1)!).length >= 2 * known.length) return undefined;
  const kept = new Set(given);
  let [run, count]: [string[], number] = [[], 0];
  for (const day of known) {
    if (kept.has(day)) {
      if (run.length > MOST_IN_A_ROW) break;
      run = [];
    } else {
      run.push(day);
      count += 1;
    }
  }
  if (run.length > MOST_IN_A_ROW) return `it has no prices any more from ${run[0]} to ${run.at(-1)}`;
  return count > Math.max(MOST_IN_A_ROW, MOST_LOST * known.length)
    ? `it has no prices any more of ${count} of ${known.length} days`
    : undefined;
}

const pricedDays = ({ dates, closes }: TickerSeries): string[] => dates.filter((_, t) => closes[t] !== null);
