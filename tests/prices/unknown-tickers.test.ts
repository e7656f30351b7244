import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries } from '../../src/prices/ticker-series.ts';
import { typedTickers } from '../../src/prices/universes.ts';
import { openTestStore } from '../store/fixtures.ts';
import { chartBody, searchBody, sourcesOn, startVendor, weekdayBars, type Vendor } from '../support/vendor.ts';

const SATURDAY = Date.parse('2024-04-20T12:00:00Z');

let vendor: Vendor;
let prices: PriceService;
beforeEach(async () => {
  vendor = await startVendor();
  prices = new PriceService({
    sources: sourcesOn(vendor, () => SATURDAY),
    series: openStoredSeries((await openTestStore()).store),
    now: () => SATURDAY,
    log: { info() {}, warn() {} },
  });
  for (const ticker of ['AAPL', 'T']) vendor.answer(ticker, [{ body: chartBody(weekdayBars('2022-01-03', 600)) }]);
});
afterEach(() => vendor.close());

const finds = (name: string, ...found: [symbol: string, company: string][]): void =>
  vendor.finds(name, { body: searchBody(found.map(([symbol, longname]) => ({ symbol, longname }))) });
const apple = (): void => finds('apple', ['AAPL', 'Apple Inc.'], ['APLE', 'Apple Hospitality REIT, Inc.']);

describe('a list with unknown tickers', () => {
  it.each([
    ['AAPL, NOPE', 'no prices of NOPE: check the symbol.'],
    ['NOPE, AAPL, NADA, ZILCH', 'no prices of NOPE, NADA, ZILCH: check the symbols.'],
    ['AAPL, VODX.L', 'no prices of VODX.L: check the symbol (the suffix names the exchange, as in OCDO.L or SAP.DE).'],
    ['Apple, AAPL', 'no prices of APPLE: did you mean AAPL (Apple Inc.) or APLE (Apple Hospitality REIT, Inc.)?'],
    [
      'apple, AAPL, NOPE',
      'no prices of APPLE, NOPE: did you mean AAPL (Apple Inc.) or APLE (Apple Hospitality REIT, Inc.) for APPLE? Check NOPE.',
    ],
    [
      'NOPE, VODX.L, apple, 7203',
      'no prices of NOPE, VODX.L, APPLE, 7203: did you mean AAPL (Apple Inc.) or APLE (Apple Hospitality REIT, Inc.) for APPLE? Check NOPE; VODX.L (the suffix names the exchange, as in OCDO.L or SAP.DE); 7203 (a share outside the USA has a suffix, as in 7203.T).',
    ],
    [
      'NOPE, VODX.L',
      'no prices of NOPE, VODX.L: check NOPE; VODX.L (the suffix names the exchange, as in OCDO.L or SAP.DE).',
    ],
    ['coca cola, AAPL', 'no prices of COCA COLA: did you mean KO (The Coca-Cola Company)?'],
    ['t mobile; AAPL', 'no prices of T MOBILE: did you mean TMUS (T-Mobile US, Inc.)?'],
    ['AAPL T apple', 'no prices of APPLE: did you mean AAPL (Apple Inc.) or APLE (Apple Hospitality REIT, Inc.)?'],
    ['AAPL, L’Oréal', 'no prices of L’ORÉAL: did you mean OR.PA?'],
  ])('is refused with all of them and what fits each: %s', async (text, sentence) => {
    apple();
    finds('coca cola', ['KO', 'The Coca-Cola Company']);
    finds('t mobile', ['TMUS', 'T-Mobile US, Inc.']);
    vendor.finds('l’oréal', { body: searchBody([{ symbol: 'OR.PA' }]) });
    await expect(prices.history(typedTickers(text))).rejects.toMatchObject({
      name: 'UserError',
      option: 'tickers',
      code: 'vendor.unknown-ticker',
      message: `Yahoo Finance has ${sentence}`,
    });
  });

  it('is refused without an offer, soon, when the search hangs', async () => {
    vendor.finds('nope', 'hang');
    const started = performance.now();
    await expect(prices.history(typedTickers('AAPL, NOPE'))).rejects.toThrow('no prices of NOPE: check the symbol.');
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it('includes those without daily prices', async () => {
    vendor.answer('EMPTY', [{ body: chartBody([]) }]);
    await expect(prices.history(typedTickers('NOPE, EMPTY'))).rejects.toThrow('no prices of NOPE, EMPTY: check');
    await expect(prices.history(typedTickers('AAPL, EMPTY'))).rejects.toThrow(
      'did not give prices of EMPTY (it has no daily prices) and none are stored yet: leave it out.',
    );
  });

  it('is described by a check, in the same words', async () => {
    apple();
    expect(await prices.check(typedTickers('AAPL, apple, NOPE'))).toMatchObject({
      unknown: ['APPLE', 'NOPE'],
      advice: 'did you mean AAPL (Apple Inc.) or APLE (Apple Hospitality REIT, Inc.) for APPLE? Check NOPE.',
    });
  });
});
