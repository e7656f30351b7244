import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { DAY_MS } from '../durations.ts';
import type { Split } from '../engine/types.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { withNewestDays, type DatedTable } from './newest-days.ts';

/** A vendor's prices of one ticker, on the ticker's own calendar. */
export interface TickerSeries {
  /** ISO 4217, or the vendor's own code (`GBp`: pence); absent if the vendor names none. */
  readonly currency?: string;
  /** As the vendor names it; `ETF`, `Fund` or `Crypto` for what is no share; absent if the vendor names none. */
  readonly sector?: string;
  /** (T) ISO days, ascending. */
  readonly dates: readonly string[];
  /** (T) Adjusted closes; null for a day that the vendor lists without a price. */
  readonly closes: readonly (number | null)[];
  /** (T) Traded units; 0 if unknown. */
  readonly volumes: readonly number[];
  /** In order; absent if the vendor reports none. */
  readonly splits?: readonly Split[];
}

/** A price that a later one of the same session replaced. */
export interface ReplacedBar {
  /** ISO day. */
  readonly day: string;
  readonly close: number;
  readonly by: number;
}

/** A series as a vendor gives it. */
export interface FetchedSeries extends TickerSeries {
  /** Absent when there are none. They are logged, not stored. */
  readonly replaced?: readonly ReplacedBar[];
}

/** An answer of the vendor that is kept aside, see `SeriesTable`. */
export interface Aside {
  /** ISO instants: when the vendor first gave such an answer, and when it gave the newest one. */
  readonly since: string;
  readonly fetchedAt: string;
  /** What is wrong with the newest one, in words. */
  readonly flaw: string;
}

/** A series in the store. */
export interface StoredSeries extends TickerSeries {
  /** ISO instant. */
  readonly fetchedAt: string;
  /** Absent where an earlier version dated the bars by the clock alone. Such a series is fetched whole the next time. */
  readonly isBySession?: true;
  /** A newer answer of the vendor that was not used; absent when the newest one was. */
  readonly aside?: Aside;
  /** ISO instant at which the vendor first said that it has no prices of it; absent when it has given some since. */
  readonly deniedSince?: string;
  /** Why the vendor gave no newer prices; never stored. */
  readonly failure?: Error;
}

export const storedSeriesSchema: z.ZodType<StoredSeries> = z.object({
  fetchedAt: z.iso.datetime(),
  isBySession: z.literal(true).exactOptional(),
  aside: z
    .object({ since: z.iso.datetime(), fetchedAt: z.iso.datetime(), flaw: z.string() })
    .readonly()
    .exactOptional(),
  deniedSince: z.iso.datetime().exactOptional(),
  currency: z.string().exactOptional(),
  sector: z.string().exactOptional(),
  dates: z.array(z.string()),
  closes: z.array(z.number().nullable()),
  volumes: z.array(z.number()),
  splits: z.array(z.object({ date: z.string(), ratio: z.number() })).exactOptional(),
});

export type SeriesTable = DatedTable<StoredSeries>;

export const openStoredSeries = (store: Pick<Store, 'table'>): SeriesTable =>
  withNewestDays(store.table('prices', storedSeriesSchema, 1, {}, { isCache: true }), store);

/** Prices that are used are fetched: those that were not for so long, nobody uses. The store lets them go. */
export const UNUSED_MS = 90 * DAY_MS;

/** Earlier versions have stored series for ever: they expire as if they were stored by this one. */
export async function expireLasting(table: Table<StoredSeries>, now: number): Promise<void> {
  for (const key of await table.lastingKeys()) {
    const series = await table.get(key);
    if (series === undefined) continue;
    const left = UNUSED_MS - Math.max(0, now - Date.parse(series.fetchedAt));
    if (left > 0) await table.set(key, series, Math.min(left, UNUSED_MS));
    else await table.delete(key);
    // Decoding ten years of prices takes milliseconds.
    await setImmediate();
  }
}

/** Adjusted closes fetched twice may differ by their last bits. */
const REFETCH_TOLERANCE = 1e-6;

/**
 * Whether the common days have equal closes, and no day is missing in the stored series. If not, a split or a dividend
 * has changed history, or too little of it is stored.
 */
export function haveSameHistory(stored: TickerSeries, fetched: TickerSeries): boolean {
  const rowOf = new Map(stored.dates.map((day, t) => [day, t]));
  const last = stored.dates.at(-1)!;
  let common = 0;
  for (const [t, day] of fetched.dates.entries()) {
    const row = rowOf.get(day);
    const [before, after] = [row === undefined ? undefined : stored.closes[row], fetched.closes[t]];
    if (typeof after !== 'number' || day > last) continue;
    if (typeof before !== 'number' || Math.abs(after - before) > REFETCH_TOLERANCE * Math.abs(before)) return false;
    common += 1;
  }
  return common > 0 && fetched.currency === stored.currency;
}

/** The stored series until the day before `from`, and the fetched one after it. */
export function spliceSeries(stored: TickerSeries, fetched: TickerSeries, from: string): TickerSeries {
  const row = stored.dates.indexOf(from);
  const splits = [...(stored.splits ?? []).filter(({ date }) => date < from), ...(fetched.splits ?? [])];
  return {
    ...fetched,
    ...(splits.length > 0 && { splits }),
    dates: [...stored.dates.slice(0, row), ...fetched.dates],
    closes: [...stored.closes.slice(0, row), ...fetched.closes],
    volumes: [...stored.volumes.slice(0, row), ...fetched.volumes],
  };
}

/** The days from `from` to `until`, both included. */
export function sliceSeries(series: TickerSeries, from: string, until: string): TickerSeries {
  const { dates, closes, volumes } = series;
  const first = dates.filter((day) => day < from).length;
  const last = dates.filter((day) => day <= until).length;
  return {
    ...series,
    dates: dates.slice(first, last),
    closes: closes.slice(first, last),
    volumes: volumes.slice(first, last),
  };
}

/** The newest close on or before an ISO day. */
export function newestClose(
  { dates, closes }: TickerSeries,
  day: string,
): { readonly close: number; readonly until: string } | undefined {
  const row = closes.findLastIndex((close, t) => close !== null && close > 0 && dates[t]! <= day);
  const close = closes[row];
  return typeof close === 'number' ? { close, until: dates[row]! } : undefined;
}
