import { expect, it } from 'vitest';
import { Yahoo } from '../../../src/prices/vendors/yahoo.ts';
import { asRequester } from '../../../src/requester.ts';
import { startVendor } from '../../support/vendor.ts';

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
