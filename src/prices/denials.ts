// What it means when a vendor has no prices of a ticker of which it once gave some.
import { DAY_MS, HOUR_MS } from '../durations.ts';
import type { StoredSeries } from './ticker-series.ts';
import { GoneTicker, NoDailyPrices, UnknownTicker, VendorError, type SourceNames } from './vendors/vendor.ts';

/** How long stored prices are used for a ticker that the vendor no longer knows. It may come back within days. */
const GONE_MS = 7 * DAY_MS;

/** For how long it must have said so: vendors deny for minutes what they know. */
const DOUBTED_MS = HOUR_MS;

export const isDenial = (error: unknown): boolean => error instanceof UnknownTicker || error instanceof NoDailyPrices;

/**
 * The series with the time at which its vendor first denied it.
 * @param now milliseconds since 1970
 */
export function asDenied(stored: StoredSeries, now: number): StoredSeries {
  const at = new Date(now).toISOString();
  const { deniedSince } = stored;
  // A wrong clock may have dated it ahead.
  return deniedSince !== undefined && deniedSince <= at ? stored : { ...stored, deniedSince: at };
}

/** What a denial means when there are stored prices, which are used for some days whatever the vendor says. */
export function meaningOf(
  error: unknown,
  ticker: string,
  { stored, vendor, now }: { readonly stored: StoredSeries; readonly vendor: SourceNames; readonly now: number },
): unknown {
  if (!isDenial(error)) return error;
  const { fetchedAt } = stored.aside ?? stored;
  const isDoubted = leastAge(stored.deniedSince, now) < DOUBTED_MS;
  if (!isDoubted && leastAge(fetchedAt, now) > GONE_MS)
    return new UnknownTicker(vendor, ticker, fetchedAt.slice(0, 10));
  if (!(error instanceof UnknownTicker)) return error;
  return isDoubted ? new VendorError('it did not know the ticker this time', { cause: error }) : new GoneTicker(error);
}

/** Milliseconds since an ISO instant; 0 for none, and for one that a wrong clock has dated ahead. */
export const leastAge = (instant: string | undefined, now: number): number =>
  instant === undefined ? 0 : Math.max(0, now - Date.parse(instant));
