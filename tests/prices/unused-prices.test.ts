import { expect, it } from 'vitest';
import { DAY_MS } from '../../src/durations.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import { PriceService } from '../../src/prices/service.ts';
import { openTestStore } from '../store/fixtures.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars } from '../support/vendor.ts';

it('prices are forgotten when nobody has used them for 90 days, also those of versions that kept them for ever', async () => {
  const { store, clock } = await openTestStore();
  const vendor = await startVendor();
  const series = openStoredSeries(store);
  const log = { info() {}, warn() {} };
  const prices = new PriceService({ sources: sourcesOn(vendor, () => clock.now), series, now: () => clock.now, log });
  vendor.answer('AAA', [{ body: chartBody(weekdayBars('2021-05-03', 520)) }]);
  await prices.check({ tickers: ['AAA'] });
  const stored = (await series.get('yahoo/AAA'))!;
  await series.set('yahoo/OLD', { ...stored, fetchedAt: new Date(clock.now - 91 * DAY_MS).toISOString() });
  await series.set('yahoo/NEW', { ...stored, fetchedAt: new Date(clock.now - 30 * DAY_MS).toISOString() });
  await prices.tidy();
  expect(await series.keys()).toEqual(['yahoo/AAA', 'yahoo/NEW']);
  expect(await series.lastingKeys()).toEqual([]);
  clock.now += 61 * DAY_MS;
  expect(await series.keys()).toEqual(['yahoo/AAA']);
  // Used, so it is fetched, and kept on.
  await prices.check({ tickers: ['AAA'] });
  clock.now += 60 * DAY_MS;
  expect(await series.keys()).toEqual(['yahoo/AAA']);
  clock.now += 31 * DAY_MS;
  expect(await series.keys()).toEqual([]);
  await vendor.close();
});

it('prices that a clock far ahead has fetched do not look fresh', async () => {
  const { store, clock } = await openTestStore();
  const vendor = await startVendor();
  const log = { info() {}, warn() {} };
  const series = openStoredSeries(store);
  const prices = new PriceService({ sources: sourcesOn(vendor, () => clock.now), series, now: () => clock.now, log });
  const pair = { kind: 'tickers', tickers: ['AAA', 'BBB'] } as const;
  for (const ticker of pair.tickers) vendor.answer(ticker, [{ body: chartBody(weekdayBars('2021-05-03', 520)) }]);
  clock.now += 400 * DAY_MS;
  await prices.history(pair);
  clock.now -= 400 * DAY_MS;
  vendor.requests.length = 0;
  await prices.history(pair);
  await prices.history(pair);
  expect(vendor.requests).toHaveLength(2);
  await vendor.close();
});
