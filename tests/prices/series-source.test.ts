import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PriceService } from '../../src/prices/service.ts';
import { type SeriesTable, openStoredSeries, type StoredSeries } from '../../src/prices/ticker-series.ts';
import { sql } from '../support/kinds-of-store.ts';
import { failing } from '../support/broken-store.ts';
import { memoryStore } from '../support/memory-table.ts';
import { otherVendor } from '../support/other-vendor.ts';
import { sourcesOn, startVendor, weekdayBars, type Vendor } from '../support/vendor.ts';
import { openTestStore } from '../store/fixtures.ts';

const SATURDAY = Date.parse('2024-04-20T12:00:00Z');
const bars = weekdayBars('2022-01-03', 600);
const PAIR = { kind: 'tickers', tickers: ['AAA', 'BBB'] } as const;

/** As versions before this one stored it; it moves by its ticker. */
const old = (scale: number): StoredSeries => ({
  fetchedAt: new Date(SATURDAY).toISOString(),
  currency: 'USD',
  dates: bars.map(([day]) => day),
  closes: bars.map(([, close], t) => close! + scale * Math.cos(t)),
  volumes: bars.map(() => 1000),
});

const now = (): number => SATURDAY;
const log = { info() {}, warn() {} };

let vendor: Vendor;
let url: string;
beforeEach(async () => {
  vendor = await startVendor();
  const { store, ...opened } = await openTestStore();
  url = opened.url;
  await openStoredSeries(store).set('AAA', old(1));
  await openStoredSeries(store).set('BBB', old(2));
  await store.close();
});
afterEach(() => vendor.close());

/** A process that opens the store anew. */
async function open(change: (table: SeriesTable) => Partial<SeriesTable> = () => ({})) {
  const { store, aside } = await openTestStore(url);
  const table = openStoredSeries(store);
  const series = { ...table, ...change(table) };
  return { prices: new PriceService({ sources: sourcesOn(vendor, now), series, now, log }), table, store, aside };
}

const rows = () => sql(url, 'SELECT value FROM entries ORDER BY key');

class Killed extends Error {}

describe('series that were stored under the ticker alone', () => {
  it('are found, and moved to keys that name the vendor', async () => {
    const { prices, table, aside } = await open();
    expect(await prices.newest(PAIR)).toBe('2024-04-19');
    const { prices: found, stale } = await prices.history(PAIR);
    expect([stale, found.dates.length]).toEqual([false, 600]);
    expect(found.closes.map((row) => row[1])).toEqual(old(2).closes);
    expect(vendor.requests).toEqual([]);
    expect(await table.keys()).toEqual(['yahoo/AAA', 'yahoo/BBB']);
    expect(await table.get('yahoo/AAA')).toEqual(old(1));
    expect(aside).toEqual([]);
  });

  it('keep their stored bytes when they move', async () => {
    const before = rows();
    const { prices } = await open();
    await prices.history(PAIR);
    expect(rows()).toEqual(before);
  });

  it.each([
    ['before it is written', ['AAA'], { update: () => Promise.reject(new Killed()) }],
    ['after it is written', ['AAA', 'yahoo/AAA'], { delete: () => Promise.reject(new Killed()) }],
  ])('are not lost by a kill %s', async (_when, left, killed) => {
    const first = await open(() => killed);
    await expect(first.prices.newest({ tickers: ['AAA'] })).rejects.toThrow(Killed);
    await first.store.close();
    const second = await open();
    expect((await second.table.keys()).filter((key) => key.endsWith('AAA'))).toEqual(left);
    expect((await second.prices.history(PAIR)).prices.closes[9]?.[0]).toBe(old(1).closes[9]);
    expect(vendor.requests).toEqual([]);
  });

  it('do not replace what another process has written under the new key meanwhile', async () => {
    const newer = { ...old(1), closes: old(3).closes };
    const first = await open((table) => ({
      async get(key) {
        const found = await table.get(key);
        if (key === 'AAA') await table.set('yahoo/AAA', newer);
        return found;
      },
    }));
    expect((await first.prices.history(PAIR)).prices.closes[9]?.[0]).toBe(newer.closes[9]);
    expect(await first.table.get('yahoo/AAA')).toEqual(newer);
  });

  it('are found when another process moves them between the two reads', async () => {
    const moving = await open();
    const { prices } = await open((table) => ({
      async get(key) {
        if (key === 'AAA') await moving.prices.newest({ tickers: ['AAA'] });
        return table.get(key);
      },
    }));
    expect(await prices.newest(PAIR)).toBe('2024-04-19');
  });

  it('belong to the vendor of earlier versions, so another vendor does not find them', async () => {
    const { store } = await openTestStore(url);
    const series = openStoredSeries(store);
    const asked: string[] = [];
    const other = otherVendor(async (ticker) => {
      asked.push(ticker);
      return old(5);
    });
    const prices = new PriceService({ sources: [other], series, now, log });
    expect(await prices.newest({ ...PAIR, vendor: 'other' })).toBeUndefined();
    await prices.check({ ...PAIR, vendor: 'other' });
    expect(asked).toEqual(['AAA', 'BBB']);
    expect(await series.get('AAA')).toEqual(old(1));
  });
});

it('good prices answer where the store does not take them', async () => {
  const warnings: string[] = [];
  const series = { ...openStoredSeries(memoryStore()), set: failing };
  const noting = { info() {}, warn: (_details: object, message: string) => void warnings.push(message) };
  const prices = new PriceService({
    sources: [otherVendor(async (ticker) => old(ticker === 'AAA' ? 5 : 6))],
    series,
    now,
    log: noting,
  });
  const { prices: found, stale } = await prices.history({ ...PAIR, vendor: 'other' });
  expect([stale, found.closes[9]?.[0]]).toEqual([false, old(5).closes[9]]);
  expect(warnings).toContain('prices could not be stored');
});
