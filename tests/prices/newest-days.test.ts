import { z } from 'zod';
import { expect, it } from 'vitest';
import { PriceService } from '../../src/prices/service.ts';
import {
  type SeriesTable,
  openStoredSeries,
  storedSeriesSchema,
  type StoredSeries,
} from '../../src/prices/ticker-series.ts';
import { failing } from '../support/broken-store.ts';
import { memoryStore } from '../support/memory-table.ts';
import { openTestStore } from '../store/fixtures.ts';
import { sourcesOn } from '../support/vendor.ts';
import type { Store } from '../../src/store/store.ts';

const until = (day: string): StoredSeries => ({
  fetchedAt: '2024-04-20T00:00:00Z',
  isBySession: true,
  dates: ['2024-01-02', day],
  closes: [1, 2],
  volumes: [0, 0],
});
const now = (): number => Date.parse('2024-04-20T12:00:00Z');
const TICKERS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF', 'GGG'];

/** A store whose tables stay, as another process finds them. */
function keptStore(): Pick<Store, 'table'> {
  const store = memoryStore();
  const tables = new Map<string, unknown>();
  return {
    table(name, schema, version) {
      const table = tables.get(name) ?? store.table(name, schema, version);
      tables.set(name, table);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made with the same schema
      return table as ReturnType<typeof store.table<(typeof schema)['_output']>>;
    },
  };
}

/** A process on the store. */
function open(store: Pick<Store, 'table'>) {
  const table = openStoredSeries(store);
  let decoded = 0;
  const series: SeriesTable = {
    ...table,
    get: (key) => {
      decoded += 1;
      return table.get(key);
    },
  };
  const log = { info() {}, warn() {} };
  const prices = new PriceService({ sources: sourcesOn({ fetch }, now), series, now, log });
  return { series, newest: () => prices.newest({ tickers: TICKERS }), decoded: () => decoded };
}

it('tells the newest common day without reading a series, also after a restart', async () => {
  const store = keptStore();
  const first = open(store);
  for (const [k, ticker] of TICKERS.entries()) await first.series.set(`yahoo/${ticker}`, until(`2024-04-1${k}`));
  for (const one of [first, open(store)]) {
    expect(await one.newest()).toBe('2024-04-10');
    expect(one.decoded()).toBe(0);
  }
  await first.series.update('yahoo/AAA', () => until('2024-04-19'));
  expect(await first.newest()).toBe('2024-04-11');
  await first.series.delete('yahoo/GGG');
  expect(await first.newest()).toBeUndefined();
});

it('reads a few of the series that were stored before days were kept, each once', async () => {
  const store = keptStore();
  const before = store.table('prices', storedSeriesSchema, 1);
  for (const ticker of TICKERS) await before.set(`yahoo/${ticker}`, until('2024-04-19'));
  const one = open(store);
  const told: unknown[] = [];
  while (told.at(-1) !== '2024-04-19') told.push(await one.newest());
  expect(told.slice(0, -1).every((each) => each === null)).toBe(true);
  expect(told.length).toBeGreaterThan(1);
  expect(one.decoded()).toBe(TICKERS.length);
  expect(await open(store).newest()).toBe('2024-04-19');
});

it('reads the series where a newer version has kept the day', async () => {
  const { store } = await openTestStore();
  const one = open(store);
  for (const ticker of TICKERS) await one.series.set(`yahoo/${ticker}`, until('2024-04-19'));
  await store.table('price-days', z.unknown(), 2).set('yahoo/AAA', { day: '2024-04-19' });
  const other = open(store);
  expect([await other.newest(), other.decoded()]).toEqual(['2024-04-19', 1]);
  expect([await open(store).newest(), other.decoded()]).toEqual(['2024-04-19', 1]);
  await store.close();
});

it('stores series also where their days cannot be stored', async () => {
  const store = keptStore();
  const days = store.table('price-days', z.iso.date(), 1);
  const one = open(store);
  days.set = failing;
  for (const ticker of TICKERS) await one.series.set(`yahoo/${ticker}`, until('2024-04-19'), 60_000);
  await one.series.update('yahoo/AAA', () => until('2024-04-18'));
  expect((await one.series.get('yahoo/AAA'))?.dates.at(-1)).toBe('2024-04-18');
  expect(await one.newest()).toBe('2024-04-18');
  // Another process reads them, also those of which it cannot keep the day either.
  const other = open(store);
  let told = await other.newest();
  while (told === null) told = await other.newest();
  expect(told).toBe('2024-04-18');
});
