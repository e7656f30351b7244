import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Yahoo } from '../../../src/prices/vendors/yahoo.ts';
import { asRequester } from '../../../src/requester.ts';
import { searchBody, startVendor, type Vendor } from '../../support/vendor.ts';

let vendor: Vendor;
let yahoo: Yahoo;
beforeEach(async () => {
  vendor = await startVendor();
  yahoo = new Yahoo({ fetch: vendor.fetch, now: () => Date.parse('2024-06-01T12:00:00Z'), ratePerSecond: 1000 });
});
afterEach(() => vendor.close());

const APPLE = { symbol: 'AAPL', shortname: 'Apple Inc.', longname: 'Apple Inc.' };

describe('the search', () => {
  it('gives symbols with names, without options and companies that are not listed', async () => {
    vendor.finds('apple', {
      body: searchBody([
        APPLE,
        { symbol: 'AAPW', quoteType: 'ETF', shortname: 'Roundhill AAPL  WeeklyPay   ETF' },
        { symbol: 'AAPL260227C00270000', quoteType: 'OPTION', shortname: 'AAPL Feb 2026 270.000 call' },
        { name: 'AAPlasma', permalink: 'aaplasma', isYahooFinance: false },
        { symbol: 'APC.F' },
      ]),
    });
    expect(await yahoo.search('Apple')).toEqual([
      { symbol: 'AAPL', name: 'Apple Inc.' },
      { symbol: 'AAPW', name: 'Roundhill AAPL WeeklyPay ETF' },
      { symbol: 'APC.F', name: '' },
    ]);
  });

  it('asks once for the same name', async () => {
    vendor.finds('apple', { body: searchBody([APPLE]) });
    await Promise.all([yahoo.search('apple'), yahoo.search(' Apple ')]);
    expect(await yahoo.search('APPLE')).toHaveLength(1);
    expect(vendor.searches).toEqual(['apple']);
  });

  it.each([
    ['refuses', { status: 429, body: 'Too Many Requests' }],
    ['answers in another form', { body: '{"quotes":{}}' }],
    ['answers with a web page', { body: '<html>Consent</html>' }],
  ])('finds nothing when the vendor %s, and asks again', async (_what, reply) => {
    vendor.finds('apple', reply);
    expect(await yahoo.search('apple')).toEqual([]);
    vendor.finds('apple', { body: searchBody([APPLE]) });
    expect(await yahoo.search('apple')).toHaveLength(1);
  });

  it('writes nothing on the terminal', async () => {
    const writes = [vi.spyOn(process.stderr, 'write'), vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
    for (const reply of [
      { status: 500, body: 'no' },
      { body: 'no' },
      { body: searchBody([{ symbol: 'X', odd: 1 }]) },
    ]) {
      vendor.finds('apple', reply);
      await yahoo.search('apple');
    }
    const calls = writes.map((write) => write.mock.calls.length);
    vi.restoreAllMocks();
    expect(calls).toEqual([0, 0, 0]);
  });

  it('does not wait for a vendor that hangs', async () => {
    vendor.finds('apple', 'hang');
    const started = performance.now();
    expect(await yahoo.search('apple')).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("does not let a stranger's name wait because it is the last that somebody else has typed", async () => {
    const names = Array.from({ length: 8 }, (_, k) => `name ${k}`);
    for (const name of names) vendor.finds(name, { body: searchBody([APPLE]), after: 20 });
    const flood = asRequester('a', () => Promise.all(names.map((name) => yahoo.search(name))));
    expect(await asRequester('b', () => yahoo.search('name 7'))).toHaveLength(1);
    // Four are under way at once; then they take turns.
    expect(vendor.searches.indexOf('name 7')).toBeLessThan(6);
    await flood;
  });

  it('drops what is typed faster than the vendor may be asked', async () => {
    const typed = Array.from({ length: 40 }, (_, k) => `name ${k}`);
    await Promise.all(typed.map((name) => yahoo.search(name)));
    expect(vendor.searches.length).toBeLessThan(20);
  });
});
