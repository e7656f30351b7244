import { expect, it } from 'vitest';
import { PriceCache } from '../../src/prices/price-cache.ts';
import { otherVendor } from '../support/other-vendor.ts';

const NOW = Date.UTC(2024, 3, 20);

const dates = Array.from({ length: 900 }, (_, day) =>
  new Date(NOW - (900 - day) * 86_400_000).toISOString().slice(0, 10),
);
const closes = dates.map((_, day) => 100 + Math.sin(day));
const one = { fetchedAt: new Date(NOW).toISOString(), dates, closes, volumes: dates.map(() => 1) };
const series = [one, { ...one, closes: closes.toReversed() }];
const vendor = otherVendor(() => Promise.reject(new Error('asked')));
const keyFrom = (from: string) => ({ vendor, tickers: ['AAA', 'BBB'], from });

it('holds one window of a list, the newest', () => {
  const cache = new PriceCache(() => NOW, 1_000);
  const [yesterday, today] = [keyFrom(dates[0]!), keyFrom(dates[1]!)];
  const loaded = cache.load(yesterday, series);
  expect(cache.find(yesterday)).toBe(loaded);
  expect(cache.find(today)).toBeUndefined();
  const next = cache.load(today, series);
  expect(next.prices.dates[0]).toBe(dates[1]);
  expect(cache.find(today)).toBe(next);
  expect(cache.find(yesterday)).toBeUndefined();
});
