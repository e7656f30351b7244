import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/durations.ts';
import { PriceService } from '../../src/prices/service.ts';
import { FRESH_MS } from '../../src/prices/demand.ts';
import { type SeriesTable, openStoredSeries } from '../../src/prices/ticker-series.ts';
import { openTestStore } from '../store/fixtures.ts';
import { describeShared, sharedFile } from '../support/shared.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars, type Vendor } from '../support/vendor.ts';

const bars = weekdayBars('2022-01-03', 600);
const SATURDAY = Date.parse('2024-04-20T12:00:00Z');

let vendor: Vendor;
let series: SeriesTable;
let now: number;
beforeEach(async () => {
  vendor = await startVendor();
  series = openStoredSeries((await openTestStore()).store);
  now = SATURDAY;
});
afterEach(() => vendor.close());

const service = (): PriceService =>
  new PriceService({ sources: sourcesOn(vendor, () => now), series, now: () => now, log: { info() {}, warn() {} } });

const list = (...tickers: string[]): void => {
  for (const [k, ticker] of tickers.entries()) {
    vendor.answer(ticker, [{ body: chartBody(bars.map(([day, close], t) => [day, close! + Math.cos(t * (k + 1))])) }]);
  }
};
const history = async (...tickers: string[]) => {
  const { prices, notes } = await service().history({ kind: 'tickers', tickers });
  return [prices.tickers, notes];
};

describe('a ticker that the vendor spells in another way', () => {
  it('has its prices under that spelling, in the store too, and a note', async () => {
    list('AAPL', 'BRK-B', 'BTC-USD');
    expect(await history('AAPL', 'BRK.B', 'BTC')).toEqual([
      ['AAPL', 'BRK-B', 'BTC-USD'],
      ['BRK.B was read as BRK-B.', 'BTC was read as BTC-USD.'],
    ]);
    expect(await series.keys()).toEqual(['yahoo/AAPL', 'yahoo/BRK-B', 'yahoo/BTC-USD']);
  });

  it('is taken as it is typed where the vendor knows that too', async () => {
    list('AAPL', 'BTC', 'BTC-USD');
    expect(await history('AAPL', 'BTC')).toEqual([['AAPL', 'BTC'], []]);
  });

  it('shares merged prices with the list in that spelling', async () => {
    list('AAPL', 'BRK-B');
    const prices = service();
    const plain = await prices.history({ kind: 'tickers', tickers: ['AAPL', 'BRK-B'] });
    const typed = await prices.history({ kind: 'tickers', tickers: ['AAPL', 'BRK.B'] });
    expect(typed.prices).toBe(plain.prices);
    expect(plain.notes).toEqual([]);
  });

  it('is neither asked for nor read again while its prices are fresh', async () => {
    list('AAPL', 'BRK-B', 'BTC-USD');
    now -= DAY_MS / 2; // The window of years moves on at 18:00.
    const reads: string[] = [];
    const get = series.get.bind(series);
    series.get = (key) => {
      reads.push(key);
      return get(key);
    };
    const prices = service();
    const typed = { kind: 'tickers', tickers: ['AAPL', 'BRK.B', 'BTC'] } as const;
    const first = await prices.history(typed);
    const [asked, read] = [vendor.requests.length, reads.length];
    expect([asked, read].every((count) => count > 0)).toBe(true);
    now += FRESH_MS - 1;
    expect(await prices.history(typed)).toBe(first);
    expect([vendor.requests.length, reads.length]).toEqual([asked, read]);
    now += 1;
    expect((await prices.history(typed)).notes).toEqual(first.notes);
    expect(vendor.requests.slice(asked)).toHaveLength(5);
  });

  it('counts once, and a list of one asset is refused', async () => {
    list('AAPL', 'BRK-B');
    expect((await history('AAPL', 'BRK.B', 'BRK-B'))[0]).toEqual(['AAPL', 'BRK-B']);
    await expect(history('BRK.B', 'BRK-B')).rejects.toMatchObject({
      option: 'tickers',
      message: 'BRK.B and BRK-B are the same, BRK-B: give at least 2 different tickers.',
    });
  });

  it('is found among stored prices while the vendor does not answer', async () => {
    list('AAPL', 'BTC-USD');
    await history('AAPL', 'BTC');
    for (const ticker of ['AAPL', 'BTC', 'BTC-USD']) vendor.answer(ticker, [{ status: 503, body: 'no' }]);
    now += DAY_MS;
    const { prices, stale, notes } = await service().history({ kind: 'tickers', tickers: ['AAPL', 'BTC'] });
    expect([prices.tickers, stale]).toEqual([['AAPL', 'BTC-USD'], true]);
    expect(notes.at(-1)).toBe('BTC was read as BTC-USD.');
  });

  it('is not taken for another when the vendor once knew it and no longer does', async () => {
    list('AAPL', 'BTC', 'BTC-USD');
    await history('AAPL', 'BTC');
    vendor.forget('BTC');
    now += 8 * DAY_MS;
    expect((await history('AAPL', 'BTC'))[0]).toEqual(['AAPL', 'BTC']);
    now += DAY_MS;
    await expect(history('AAPL', 'BTC')).rejects.toThrow('has had no prices of BTC since 2024-04-20');
  });

  it('has a failure of its own when the vendor answers for neither', async () => {
    list('AAPL');
    vendor.answer('BRK-B', [{ status: 503, body: 'no' }]);
    await expect(history('AAPL', 'BRK.B')).rejects.toThrow('did not give prices of BRK-B (HTTP 503)');
  });
});

const recorded = (name: string): string => readFileSync(sharedFile(`data/fixtures/yahoo/${name}`), 'utf8');

describeShared('recorded answers of Yahoo', () => {
  it('show which spelling it knows', async () => {
    const unknown = { status: 404, body: recorded('error-404-not-found.json') };
    for (const ticker of ['BTC', 'OCDO-L', 'NADA']) vendor.answer(ticker, [unknown]);
    vendor.answer('BTC-USD', [{ body: recorded('chart-BTC-USD-2020-01.json') }]);
    vendor.answer('OCDO.L', [{ body: recorded('chart-OCDO.L-2020-01-GBp.json') }]);
    now = Date.parse('2020-01-11T12:00:00Z');
    expect(await service().check({ tickers: ['BTC', 'OCDO.L', 'NADA'] })).toMatchObject({
      tickers: ['BTC-USD', 'OCDO.L', 'NADA'],
      notes: ['BTC was read as BTC-USD.'],
      unknown: ['NADA'],
    });
  });
});
