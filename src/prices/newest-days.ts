import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { MINUTE_MS } from '../durations.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** Another process may have fetched since. */
const KNOWN = { max: 10_000, ttl: 5 * MINUTE_MS };

interface Dated {
  /** ISO days, ascending. */
  readonly dates: readonly string[];
}

/** Stored series with the newest day of each beside it: a series takes a hundred times as long to read. */
export interface DatedTable<S extends Dated> extends Table<S> {
  /** The newest ISO day of a series; undefined when there is none, or it was stored before days were kept. */
  newestDay(key: string): Promise<string | undefined>;
  /** Keeps the day of a series that was stored before days were kept. */
  keepDay(key: string, series: S): Promise<void>;
}

/**
 * Whoever writes a series writes its day. A process that is killed in between, or a store that does not take the day,
 * leaves that of the series before, until the next fetch.
 */
export function withNewestDays<S extends Dated>(series: Table<S>, store: Pick<Store, 'table'>): DatedTable<S> {
  const days = store.table('price-days', z.iso.date(), 1, {}, { isCache: true });
  const known = new LRUCache<string, string>(KNOWN);
  async function keepDay(key: string, { dates }: Dated, ttl?: number): Promise<void> {
    const day = dates.at(-1);
    if (day === undefined) return dropDay(key);
    const isKept = ttl === undefined && known.get(key) === day;
    known.set(key, day);
    // The series is stored, and tells its day: whoever stored it has not failed.
    if (!isKept) await days.set(key, day, ttl).catch(() => undefined);
  }
  async function dropDay(key: string): Promise<void> {
    known.delete(key);
    await days.delete(key);
  }
  return {
    ...series,
    async newestDay(key) {
      const day = known.get(key) ?? (await days.get(key));
      if (day !== undefined && !known.has(key)) known.set(key, day);
      return day;
    },
    keepDay: (key, one) => keepDay(key, one),
    async set(key, value, ttl) {
      await series.set(key, value, ttl);
      await keepDay(key, value, ttl);
    },
    async update(key, change) {
      const value = await series.update(key, change);
      await (value === undefined ? dropDay(key) : keepDay(key, value));
      return value;
    },
    async delete(key) {
      await dropDay(key);
      return series.delete(key);
    },
    async forget(key) {
      await dropDay(key);
      await series.forget(key);
    },
  };
}
