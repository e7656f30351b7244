// Pure: a ticker's series as the store keeps it.
import { z } from 'zod';
import type { TickerSeries } from './merge.ts';

/** Adjusted closes fetched twice may differ by their last bits. */
const SAME_PRICE = 1e-6;

/** One ticker's prices as the store keeps them. */
export const storedSeriesSchema = z.object({
  /** ISO instant. */
  fetchedAt: z.iso.datetime(),
  currency: z.string().exactOptional(),
  dates: z.array(z.string()),
  closes: z.array(z.number().nullable()),
  volumes: z.array(z.number()),
});

export type StoredSeries = z.infer<typeof storedSeriesSchema>;

/** Whether what was fetched again is what was stored; if not, a split or a dividend has rewritten history. */
export function agree(stored: StoredSeries, fetched: TickerSeries): boolean {
  const rowOf = new Map(stored.dates.map((day, t) => [day, t]));
  const common = fetched.dates.flatMap((day, t) => {
    const row = rowOf.get(day);
    const [before, after] = [row === undefined ? undefined : stored.closes[row], fetched.closes[t]];
    return typeof before === 'number' && after !== undefined ? [{ before, after }] : [];
  });
  if (common.length === 0 || fetched.currency !== stored.currency) return false;
  return common.every(({ before, after }) => Math.abs(after - before) <= SAME_PRICE * Math.abs(before));
}

/** @param now milliseconds since 1970 */
export const toStored = ({ currency, dates, closes, volumes }: TickerSeries, now: number): StoredSeries => ({
  fetchedAt: new Date(now).toISOString(),
  ...(currency !== undefined && { currency }),
  dates: [...dates],
  closes: closes.map((close) => close ?? null),
  volumes: [...volumes],
});

/** The days from `from` to `until`, both included. */
export function fromStored(
  ticker: string,
  { currency, dates, closes, volumes }: StoredSeries,
  from: string,
  until: string,
): TickerSeries {
  const first = dates.filter((day) => day < from).length;
  const last = dates.filter((day) => day <= until).length;
  return {
    ticker,
    ...(currency !== undefined && { currency }),
    dates: dates.slice(first, last),
    closes: closes.slice(first, last).map((close) => close ?? undefined),
    volumes: volumes.slice(first, last),
  };
}
