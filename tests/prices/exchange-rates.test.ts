import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/durations.ts';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import { UserError } from '../../src/errors.ts';
import { memoryStore } from '../support/memory-table.ts';
import { chartBody, sourcesOn, startVendor, type Vendor } from '../support/vendor.ts';

const SATURDAY = Date.parse('2024-04-20T12:00:00Z');

let vendor: Vendor;
let now: number;
let prices: PriceService;
beforeEach(async () => {
  vendor = await startVendor();
  now = SATURDAY;
  prices = new PriceService({
    sources: sourcesOn(vendor, () => now, 1),
    series: openStoredSeries(memoryStore()),
    now: () => now,
    log: { info() {}, warn() {} },
  });
  const bars = [
    ['2024-04-17', 1.06, 0],
    ['2024-04-18', 1.07, 0],
    ['2024-04-19', 1.08, 0],
    ['2024-04-20', null, 0],
  ] as const;
  vendor.answer('EURUSD=X', [{ body: chartBody(bars, { timeZone: 'UTC', sessionEnd: '2024-04-20T10:00:00Z' }) }]);
});
afterEach(() => vendor.close());

describe('an exchange rate', () => {
  it('is the newest close of the pair, and is stored', async () => {
    expect(await prices.rate('EUR', 'USD')).toEqual({
      rate: 1.08,
      until: '2024-04-19',
      vendor: 'Yahoo Finance',
      stale: false,
    });
    await prices.rate('EUR', 'USD');
    expect(vendor.requests).toEqual(['EURUSD=X from 2013-04-19']);
  });

  it('is never later than the requested day', async () => {
    expect(await prices.rate('EUR', 'USD', { asOf: '2024-04-18' })).toMatchObject({ rate: 1.07, until: '2024-04-18' });
    await expect(prices.rate('EUR', 'USD', { asOf: '2024-04-16' })).rejects.toThrow(
      new UserError(
        'Yahoo Finance has no exchange rate from EUR to USD (EURUSD=X) on or before 2024-04-16: leave out the amount, or take a later day.',
        {
          option: 'amount',
          code: 'rates.none-so-early',
          data: { from: 'EUR', to: 'USD', ticker: 'EURUSD=X', vendor: 'Yahoo Finance', asOf: '2024-04-16' },
        },
      ),
    );
  });

  it('counts in hundredths where prices are quoted so', async () => {
    vendor.answer('EURGBP=X', [{ body: chartBody([['2024-04-19', 0.86, 0]], { timeZone: 'UTC' }) }]);
    expect((await prices.rate('EUR', 'GBp')).rate).toBeCloseTo(86, 12);
    expect(await prices.rate('GBP', 'GBp')).toEqual({ rate: 100, stale: false });
    expect(await prices.rate('GBp', 'GBP')).toEqual({ rate: 0.01, stale: false });
    expect(vendor.requests).toHaveLength(1);
  });

  it('is the stored one, and said to be stale, when the vendor does not answer', async () => {
    await prices.rate('EUR', 'USD');
    vendor.answer('EURUSD=X', [{ status: 503, body: 'no' }]);
    now += 7 * HOUR_MS;
    expect(await prices.rate('EUR', 'USD')).toEqual({
      rate: 1.08,
      until: '2024-04-19',
      vendor: 'Yahoo Finance',
      stale: true,
    });
  });

  it.each([
    [
      'XAF',
      { status: 503, body: 'no' },
      'did not give the exchange rate from XAF to USD (HTTP 503) and none is stored',
    ],
    ['XAG', { body: chartBody([]) }, 'has no exchange rate from XAG to USD (XAGUSD=X): leave out the amount'],
    ['XPD', undefined, 'has no exchange rate from XPD to USD (XPDUSD=X): leave out the amount'],
  ])('that cannot be had from %s is told in a sentence', async (currency, reply, sentence) => {
    if (reply) vendor.answer(`${currency}USD=X`, [reply]);
    await expect(prices.rate(currency, 'USD')).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', option: 'amount', message: expect.stringContaining(sentence) }),
    );
  });
});

describe('tickers are checked', () => {
  it('one by one, and distinguishes those without prices from those that could not be checked', async () => {
    vendor.answer('AAA', [{ body: chartBody([['2024-04-19', 5]]) }]);
    vendor.answer('EMPTY', [{ body: chartBody([]) }]);
    vendor.answer('DOWN', [{ status: 503, body: 'no' }]);
    expect(await prices.check({ tickers: ['AAA', 'NOSUCH', 'EMPTY', 'DOWN'] })).toMatchObject({
      vendor: { name: 'yahoo', title: 'Yahoo Finance' },
      unknown: ['NOSUCH', 'EMPTY'],
      unchecked: ['DOWN'],
      reason: 'HTTP 503',
    });
    const { vendor: _vendor, ...rest } = await prices.check({ tickers: ['AAA'] });
    expect(rest).toEqual({ tickers: ['AAA'], notes: [], unknown: [], unchecked: [] });
  });

  it('against the vendor, not against prices that were stored some time ago', async () => {
    vendor.answer('AAA', [{ body: chartBody([['2024-04-19', 5]]) }]);
    await prices.check({ tickers: ['AAA'] });
    vendor.answer('AAA', [{ status: 503, body: 'no' }]);
    expect((await prices.check({ tickers: ['AAA'] })).unchecked).toEqual([]);
    now += 7 * HOUR_MS;
    expect((await prices.check({ tickers: ['AAA'] })).unchecked).toEqual(['AAA']);
  });
});
