import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { VendorError } from '../../../src/prices/vendors/vendor.ts';
import { Yahoo, type YahooOptions } from '../../../src/prices/vendors/yahoo.ts';
import { chartBody, startVendor, type Bar, type Vendor } from '../../support/vendor.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';

let vendor: Vendor;
beforeEach(async () => {
  vendor = await startVendor();
});
afterEach(() => vendor.close());

const yahooAt = (now: string, more: Partial<YahooOptions> = {}) =>
  new Yahoo({ fetch: vendor.fetch, now: () => Date.parse(now), minDelayMs: 1, ratePerSecond: 1000, ...more });

const LATER = '2024-06-01T12:00:00Z';
/** Earlier than every bar here. */
const START = '2000-01-01';
const week = chartBody([
  ['2024-03-04', 10],
  ['2024-03-05', 11],
  ['2024-03-06', 12],
]);

describe('the exchange of a symbol', () => {
  it.each([
    ['AAPL', 'USA'],
    ['BRK-B', 'USA'],
    ['BAC-PRL', 'USA'],
    ['7203.T', '.T'],
    ['NOVO-B.CO', '.CO'],
    ['BTC-USD', undefined],
    ['^GSPC', undefined],
    ['EURUSD=X', undefined],
    ['GC=F', undefined],
  ])('is told by its suffix; shares of the USA have none: %s', (ticker, exchange) => {
    expect(yahooAt(LATER).exchangeOf(ticker)).toBe(exchange);
  });
});

describe('series', () => {
  it('gives adjusted closes by day', async () => {
    vendor.answer('AAA', [{ body: week }]);
    expect(await yahooAt(LATER).series('AAA', START)).toEqual({
      currency: 'USD',
      dates: ['2024-03-04', '2024-03-05', '2024-03-06'],
      closes: [10, 11, 12],
      volumes: [1000, 1000, 1000],
    });
  });

  it('asks from the day before, whose bar it leaves out', async () => {
    vendor.answer('AAA', [{ body: week }]);
    const { dates } = await yahooAt(LATER).series('AAA', '2024-03-05');
    expect(dates).toEqual(['2024-03-05', '2024-03-06']);
    expect(vendor.requests).toEqual(['AAA from 2024-03-04']);
  });

  it('writes symbols as an address needs them', async () => {
    vendor.answer('^IXIC', [{ body: week }]);
    expect((await yahooAt(LATER).series('^IXIC', START)).dates).toHaveLength(3);
  });

  it('keeps days without a price as blanks', async () => {
    vendor.answer('AAA', [
      {
        body: chartBody([
          ['2024-03-04', 10],
          ['2024-03-05', null],
          ['2024-03-06', 12],
        ]),
      },
    ]);
    expect(await yahooAt(LATER).series('AAA', START)).toMatchObject({
      closes: [10, null, 12],
      volumes: [1000, 0, 1000],
    });
  });

  it('gives an empty series for an empty range', async () => {
    vendor.answer('AAA', [{ body: chartBody([]) }]);
    expect(await yahooAt(LATER).series('AAA', START)).toEqual({
      currency: 'USD',
      dates: [],
      closes: [],
      volumes: [],
    });
  });

  it('names no currency where Yahoo names none', async () => {
    vendor.answer('AAA', [{ body: chartBody([['2024-03-04', 10]], { currency: null }) }]);
    expect(await yahooAt(LATER).series('AAA', START)).not.toHaveProperty('currency');
  });

  it('dates bars by the exchange’s clock', async () => {
    vendor.answer('CSL.AX', [
      {
        body: chartBody(
          [
            ['2024-03-03', 10, 23],
            ['2024-03-04', 11, 23],
          ],
          { timeZone: 'Australia/Sydney' },
        ),
      },
    ]);
    expect((await yahooAt(LATER).series('CSL.AX', '2024-03-04')).dates).toEqual(['2024-03-04', '2024-03-05']);
  });

  it('writes nothing on the terminal', async () => {
    const writes = [
      vi.spyOn(process.stdout, 'write'),
      vi.spyOn(process.stderr, 'write'),
      vi.spyOn(console, 'log'),
      vi.spyOn(console, 'error'),
    ];
    vendor.answer('AAA', [{ status: 500, body: 'no' }, { body: 'not JSON' }]);
    await expect(yahooAt(LATER).series('AAA', START)).rejects.toThrow(VendorError);
    const calls = writes.map((write) => write.mock.calls.length);
    vi.restoreAllMocks();
    expect(calls).toEqual([0, 0, 0, 0]);
  });
});

const withLast = (last: Bar): string => chartBody([['2024-03-05', 11], ['2024-03-06', 12], last]);

describe('a session that still runs', () => {
  const bars = [
    ['2024-03-05', 11],
    ['2024-03-06', 12],
  ] as const;
  const body = chartBody(bars, { sessionEnd: '2024-03-06T21:00:00Z' });

  it.each([
    ['while it runs', '2024-03-06T18:00:00Z', body, ['2024-03-05']],
    ['until its auction and delayed quotes are in', '2024-03-06T21:59:00Z', body, ['2024-03-05']],
    ['no longer once it is over', '2024-03-06T22:00:00Z', body, ['2024-03-05', '2024-03-06']],
    ['no longer on the next morning', '2024-03-07T12:00:00Z', body, ['2024-03-05', '2024-03-06']],
    ['when the stated session is of another day', '2024-03-06T22:00:00Z', chartBody(bars), ['2024-03-05']],
  ])('has no close %s', async (_when, now, answer, dates) => {
    vendor.answer('AAA', [{ body: answer }]);
    expect((await yahooAt(now).series('AAA', START)).dates).toEqual(dates);
  });

  it.each([
    ['2024-03-06T23:59:30Z', ['2024-03-05']],
    ['2024-03-07T00:00:30Z', ['2024-03-05', '2024-03-06']],
  ])('of a market that never closes lasts until midnight UTC: %s', async (now, dates) => {
    const options = { timeZone: 'UTC', sessionEnd: '2024-03-06T23:59:00Z' };
    vendor.answer('BTC-USD', [
      {
        body: chartBody(
          [
            ['2024-03-05', 11, 0],
            ['2024-03-06', 12, 0],
          ],
          options,
        ),
      },
    ]);
    expect((await yahooAt(now).series('BTC-USD', START)).dates).toEqual(dates);
  });

  it('has but one bar: the later one with a price', async () => {
    vendor.answer('AAA', [{ body: withLast(['2024-03-06', 13, 21]) }]);
    expect(await yahooAt(LATER).series('AAA', START)).toMatchObject({
      dates: ['2024-03-05', '2024-03-06'],
      closes: [11, 13],
      replaced: [{ day: '2024-03-06', close: 12, by: 13 }],
    });
    for (const close of [null, 12]) {
      vendor.answer('AAA', [{ body: withLast(['2024-03-06', close, 21]) }]);
      const series = await yahooAt(LATER).series('AAA', START);
      expect(series.closes).toEqual([11, 12]);
      expect(series).not.toHaveProperty('replaced');
    }
    vendor.answer('AAA', [{ body: withLast(['2024-03-06', 13, 21]) }]);
    expect((await yahooAt('2024-03-06T18:00:00Z').series('AAA', START)).dates).toEqual(['2024-03-05']);
  });
});

describe('a vendor that fails', () => {
  it('gets another request after 429, 5xx and a lost connection, whatever their wording', async () => {
    vendor.answer('AAA', [
      { status: 429, body: 'Too Many Requests' },
      { status: 503, body: '<html>' },
      'drop',
      { body: week },
    ]);
    const { dates } = await yahooAt(LATER).series('AAA', START);
    expect(dates).toHaveLength(3);
    expect(vendor.requests).toHaveLength(4);
  });

  it('is given up after the last retry', async () => {
    vendor.answer('AAA', [{ status: 429, body: 'Too Many Requests' }]);
    await expect(yahooAt(LATER, { retries: 2 }).series('AAA', START)).rejects.toMatchObject({
      name: 'VendorError',
      message: 'HTTP 429',
    });
    expect(vendor.requests).toHaveLength(3);
  });

  it('is left alone for as long as it asks', async () => {
    vendor.answer('AAA', [{ status: 429, body: '', headers: { 'retry-after': '1' } }, { body: week }]);
    const started = performance.now();
    await yahooAt(LATER).series('AAA', START);
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it('is not waited for when it asks for minutes', async () => {
    vendor.answer('AAA', [{ status: 429, body: '', headers: { 'retry-after': 'Sat, 01 Jun 2024 12:10:00 GMT' } }]);
    await expect(yahooAt(LATER).series('AAA', START)).rejects.toThrow('HTTP 429');
    expect(vendor.requests).toHaveLength(1);
  });

  it('is waited for once, and says how long', async () => {
    vendor.answer('AAA', ['hang', { body: week }]);
    await expect(yahooAt(LATER, { timeoutMs: 1000 }).series('AAA', START)).rejects.toThrow('no answer within 1 s');
    expect(vendor.requests).toHaveLength(1);
  });

  it('is not waited for by those whose turn has not come', async () => {
    const tickers = Array.from({ length: 60 }, (_, k) => `T${k}`);
    for (const ticker of tickers) vendor.answer(ticker, ['hang']);
    const yahoo = yahooAt(LATER, { timeoutMs: 300, ratePerSecond: 4 });
    const started = performance.now();
    const ends = await Promise.allSettled(tickers.map((ticker) => yahoo.series(ticker, START)));
    // One after another they would take 15 times the limit.
    expect(performance.now() - started).toBeLessThan(2400);
    for (const end of ends)
      expect(end).toMatchObject({ reason: { message: 'no answer within 0.3 s', isSilent: true } });
    expect(vendor.requests).toHaveLength(4);
    vendor.answer('AAA', [{ body: week }]);
    expect((await yahoo.series('AAA', START)).dates).toHaveLength(3);
  });

  it('for one ticker does not keep the others from their answers', async () => {
    vendor.answer('AAA', ['hang']);
    for (const ticker of ['BBB', 'CCC', 'DDD', 'EEE', 'FFF', 'GGG']) vendor.answer(ticker, [{ body: week }]);
    const yahoo = yahooAt(LATER, { timeoutMs: 1500, ratePerSecond: 4 });
    const [hanging, ...others] = await Promise.allSettled(
      ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF', 'GGG'].map((ticker) => yahoo.series(ticker, START)),
    );
    expect(hanging).toMatchObject({ status: 'rejected', reason: { isSilent: false } });
    expect(others.map(({ status }) => status)).toEqual(Array(6).fill('fulfilled'));
  });

  it('that does not know a ticker gets one request', async () => {
    await expect(yahooAt(LATER).series('NOPE', START)).rejects.toMatchObject({
      name: 'UserError',
      option: 'tickers',
      message: 'Yahoo Finance has no prices of NOPE: check the symbol.',
    });
    expect(vendor.requests).toHaveLength(1);
  });

  it('is not asked for what cannot be a symbol', async () => {
    await expect(yahooAt(LATER).series('COCA COLA', START)).rejects.toThrow('no prices of COCA COLA');
    expect(vendor.requests).toEqual([]);
  });

  it.each([
    ['a refusal', { status: 401, body: '{}' }, 'HTTP 401'],
    [
      'a bad request',
      { status: 400, body: '{"chart":{"result":null,"error":{"code":"Bad Request","description":"x"}}}' },
      'HTTP 400',
    ],
    ['another form', { body: '{"chart":{"result":[{"meta":{}}],"error":null}}' }, 'its answer could not be read'],
    ['no result', { body: '{"chart":{"result":[],"error":null}}' }, 'its answer could not be read'],
    ['a web page', { body: '<html>Consent</html>' }, 'its answer could not be read'],
  ])('is not asked again after %s', async (_what, reply, message) => {
    vendor.answer('AAA', [reply]);
    await expect(yahooAt(LATER).series('AAA', START)).rejects.toMatchObject({ name: 'VendorError', message });
    expect(vendor.requests).toHaveLength(1);
  });
});

it('keeps its rate', async () => {
  vendor.answer('AAA', [{ body: week }]);
  const yahoo = yahooAt(LATER, { ratePerSecond: 3 });
  const started = performance.now();
  await Promise.all(Array.from({ length: 4 }, () => yahoo.series('AAA', START)));
  expect(performance.now() - started).toBeGreaterThan(950);
});

describeShared('recorded answers of Yahoo', () => {
  let recorded: Vendor;
  beforeAll(async () => {
    recorded = await startVendor();
  });
  afterAll(() => recorded.close());

  const replay = (symbol: string, file: string, status = 200, now = '2025-02-20T12:00:00Z') => {
    recorded.answer(symbol, [{ status, body: readFileSync(sharedFile(`data/fixtures/yahoo/${file}`), 'utf8') }]);
    return new Yahoo({ fetch: recorded.fetch, now: () => Date.parse(now), minDelayMs: 1, retries: 1 }).series(
      symbol,
      START,
    );
  };

  it('a whole history', async () => {
    const tsla = await replay('TSLA', 'chart-TSLA-2010_2023-full.json');
    expect([tsla.dates.length, tsla.dates[0], tsla.currency]).toEqual([3303, '2010-06-29', 'USD']);
    expect(tsla.closes.every((close) => close !== null && close > 0)).toBe(true);
    expect(tsla.dates).toEqual([...new Set(tsla.dates)].sort());
  });

  it('an empty range', async () => {
    expect((await replay('AAPL', 'chart-AAPL-empty-range.json')).dates).toEqual([]);
  });

  it('splits and dividends, already in the closes', async () => {
    const nvda = await replay('NVDA', 'chart-NVDA-2021-02-01_2022-01-31-split.json');
    const aapl = await replay('AAPL', 'chart-AAPL-2020-08-31_2020-11-07-split-div.json');
    const msft = await replay('MSFT', 'chart-MSFT-2021-02-01_2022-01-31-dividends.json');
    for (const { closes } of [nvda, aapl, msft]) {
      const moves = closes.slice(1).map((close, t) => Math.abs(close! / closes[t]! - 1));
      expect(Math.max(...moves)).toBeLessThan(0.15);
    }
    expect(aapl.dates[0]).toBe('2020-08-31');
    const qqq = await replay('QQQ', 'chart-QQQ-2020-01.json');
    expect(qqq).toMatchObject({ dates: ['2020-01-02'], closes: [209.6380615234375], sector: 'ETF' });
    expect(aapl).not.toHaveProperty('sector');
  });

  it('coins, funds, Xetra and pence', async () => {
    expect(await replay('BTC-USD', 'chart-BTC-USD-2020-01.json')).toMatchObject({
      sector: 'Crypto',
      dates: ['2020-01-01', '2020-01-02', '2020-01-03'],
    });
    expect(await replay('WSU.DE', 'chart-WSU.DE-2023-08.json')).toMatchObject({
      dates: ['2023-08-04', '2023-08-07', '2023-08-08'],
      currency: 'EUR',
    });
    expect(await replay('0P0000XTS7', 'chart-0P0000XTS7-2024-09.json')).toMatchObject({
      sector: 'Fund',
      dates: ['2024-09-12', '2024-09-13'],
    });
    expect(await replay('0P000071W8.TO', 'chart-0P000071W8.TO-fund.json')).toMatchObject({
      dates: ['2020-01-02'],
      currency: 'CAD',
    });
    expect(await replay('OCDO.L', 'chart-OCDO.L-2020-01-GBp.json')).toMatchObject({
      closes: [1259.5],
      currency: 'GBp',
    });
  });

  it('refusals', async () => {
    await expect(replay('GONE', 'error-404-not-found.json', 404)).rejects.toMatchObject({
      name: 'UserError',
      option: 'tickers',
    });
    await expect(replay('AAPL', 'error-429-body.txt', 429)).rejects.toThrow('HTTP 429');
    await expect(replay('AAPL', 'chart-notimestamp-weird-quote.FAKE.json')).rejects.toThrow(
      'its answer could not be read',
    );
  });
});
