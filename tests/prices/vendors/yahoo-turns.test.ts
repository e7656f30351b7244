import { expect, it, vi } from 'vitest';
import { PriceService } from '../../../src/prices/service.ts';
import { openStoredSeries } from '../../../src/prices/ticker-series.ts';
import { Yahoo } from '../../../src/prices/vendors/yahoo.ts';
import { asRequester } from '../../../src/requester.ts';
import { memoryStore } from '../../support/memory-table.ts';
import { chartBody, startVendor, weekdayBars } from '../../support/vendor.ts';

it("asks for a stranger's two tickers before the rest of a long list", async () => {
  const vendor = await startVendor();
  const yahoo = new Yahoo({ fetch: vendor.fetch, now: Date.now, retries: 0, ratePerSecond: 1_000 });
  const ask = (member: string, tickers: readonly string[]) =>
    asRequester(member, () => Promise.allSettled(tickers.map((ticker) => yahoo.series(ticker, '2024-01-02'))));
  const flood = ask(
    'a',
    Array.from({ length: 60 }, (_, k) => `Z${k}`),
  );
  await ask('b', ['AAA', 'BBB']);
  const order = vendor.requests.map((request) => request.split(' ')[0]!);
  // Four are under way at once; then they take turns.
  expect(order.indexOf('AAA')).toBeLessThan(10);
  expect(order.indexOf('BBB')).toBeLessThan(10);
  await flood;
  await vendor.close();
});

const now = (): number => Date.parse('2024-04-20T12:00:00Z');
const UNKNOWN = Array.from({ length: 60 }, (_, k) => `Z${k}`);
const known = { body: chartBody(weekdayBars('2022-01-03', 600)) };

/** A service on a vendor that takes a moment for each ticker that it does not know. */
async function open() {
  const vendor = await startVendor();
  for (const ticker of UNKNOWN) vendor.answer(ticker, [{ status: 404, body: '', after: 20 }]);
  for (const ticker of ['AAPL', 'MSFT']) vendor.answer(ticker, [known]);
  const yahoo = new Yahoo({ fetch: vendor.fetch, now, retries: 2, minDelayMs: 1, ratePerSecond: 1_000 });
  const log = { info() {}, warn() {} };
  const prices = new PriceService({ sources: [yahoo], series: openStoredSeries(memoryStore()), now, log });
  const check = (member: string, tickers: readonly string[]) => asRequester(member, () => prices.check({ tickers }));
  const asked = (): string[] => vendor.requests.map((request) => request.split(' ')[0]!);
  const isUnderway = () => vi.waitFor(() => expect(asked().length).toBeGreaterThan(8));
  return { vendor, check, asked, isUnderway };
}

it("does not let a stranger's ticker wait because it is the last of somebody's long list", async () => {
  const { vendor, check, asked, isUnderway } = await open();
  const flooder = check('a', [...UNKNOWN, 'AAPL']);
  await isUnderway();
  // It is joined to the question that waits, and comes when it would have come alone.
  const answer = await check('b', ['MSFT', 'AAPL']);
  expect([answer.unknown, answer.unchecked]).toEqual([[], []]);
  expect(asked().indexOf('AAPL')).toBeLessThan(40);
  expect((await flooder).unknown).toHaveLength(60);
  // Each was asked for once.
  expect(new Set(asked()).size).toBe(asked().length);
  await vendor.close();
});

it("asks again for a stranger's ticker in their own line where the vendor fails", async () => {
  const { vendor, check, asked, isUnderway } = await open();
  vendor.answer('AAPL', [{ status: 503, body: '', after: 40 }, known]);
  const flooder = check('a', ['AAPL', ...UNKNOWN]);
  await isUnderway();
  expect((await check('b', ['AAPL'])).unchecked).toEqual([]);
  expect(asked().filter((ticker) => ticker === 'AAPL')).toHaveLength(2);
  expect(asked().lastIndexOf('AAPL')).toBeLessThan(40);
  await flooder;
  await vendor.close();
});
