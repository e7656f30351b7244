import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Fetches } from '../../src/prices/fetches.ts';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries, type SeriesTable } from '../../src/prices/ticker-series.ts';
import { NoAnswer } from '../../src/prices/vendors/vendor.ts';
import { Yahoo, type YahooOptions } from '../../src/prices/vendors/yahoo.ts';
import { memoryStore } from '../support/memory-table.ts';
import { chartBody, startVendor, weekdayBars, type Bar, type Vendor, type VendorReply } from '../support/vendor.ts';

const bars = weekdayBars('2022-01-03', 605);
const SATURDAY = Date.parse('2024-04-20T12:00:00Z');
const AFTER_WEEK = Date.parse('2024-04-27T12:00:00Z');
const MANY = Array.from({ length: 60 }, (_, k) => `T${k}`);
const OTHERS = ['AAA', 'BBB'];

/** Hastier than in earnest. */
const PATIENCE = { storedMs: 200, refreshMs: 1_000, firstMs: 800, leastMs: 12 };
const LIMIT_MS = 400;
/** How much longer than it should an answer may take here: merging 60 tickers, and a slow machine. */
const SLACK_MS = 4_000;

let vendor: Vendor;
let table: SeriesTable;
let now: number;
beforeEach(async () => {
  vendor = await startVendor();
  table = openStoredSeries(memoryStore());
  now = SATURDAY;
});
afterEach(() => vendor.close());

const open = (options: Partial<YahooOptions> = {}): PriceService => {
  const yahoo = new Yahoo({
    fetch: vendor.fetch,
    now: () => now,
    minDelayMs: 20,
    retries: 4,
    ratePerSecond: 1000,
    timeoutMs: 10_000,
    ...options,
  });
  const log = { info() {}, warn() {} };
  return new PriceService({ sources: [yahoo], series: table, now: () => now, log, patience: PATIENCE });
};

const seriesOf = (k: number): Bar[] => bars.map(([day], t) => [day, 100 + Math.cos(t * (k + 1))]);

/** What a ticker has stored: the first 600 bars. */
async function store(tickers: readonly string[]): Promise<void> {
  for (const [k, ticker] of tickers.entries()) {
    const known = seriesOf(k).slice(0, 600);
    await table.set(`yahoo/${ticker}`, {
      fetchedAt: new Date(SATURDAY).toISOString(),
      isBySession: true,
      currency: 'USD',
      dates: known.map(([day]) => day),
      closes: known.map(([, close]) => close),
      volumes: known.map(() => 1000),
    });
  }
  now = AFTER_WEEK;
}

const good = (k: number, after?: number): VendorReply => ({
  body: chartBody(seriesOf(k).slice(590)),
  ...(after !== undefined && { after }),
});

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now();
  const result = await work;
  return { result, ms: performance.now() - started };
}

const ask = (prices: PriceService, tickers: readonly string[], byNight = false) =>
  timed(prices.history({ kind: 'tickers', tickers }, byNight ? { refresh: Infinity } : {}));

describe('a vendor that is slow or silent', () => {
  beforeEach(() => store([...MANY, ...OTHERS]));

  it.each<[string, (k: number) => VendorReply]>([
    ['says nothing', () => 'hang'],
    ['answers after long', (k) => good(k, 8_000)],
    ['answers every other request', (k) => (k % 2 === 0 ? 'hang' : good(k))],
    ['sends a byte now and then', () => 'drip'],
    ['sends headers and no more', () => 'headers'],
    ['accepts and closes', () => 'drop'],
  ])('that %s is not waited for longer than a moment where prices are stored', async (_what, reply) => {
    for (const [k, ticker] of MANY.entries()) vendor.answer(ticker, [reply(k)]);
    const { result, ms } = await ask(open({ minDelayMs: 2_000 }), MANY);
    expect(ms).toBeLessThan(PATIENCE.storedMs + SLACK_MS);
    expect([result.stale, result.prices.dates.at(-1)]).toEqual([true, bars[599]![0]]);
    expect(result.notes[0]).toMatch(
      /^Yahoo Finance gave no new prices of T\d+, .* \((no answer within 0\.2 s|the connection failed)\): the prices stored on 2024-04-20 were used\.$/,
    );
  });

  it('keeps nobody else waiting while it is silent, nor after it has been given up', async () => {
    for (const ticker of [...MANY, ...OTHERS]) vendor.answer(ticker, ['hang']);
    const prices = open({ timeoutMs: LIMIT_MS });
    await ask(prices, MANY);
    for (const pause of [0, LIMIT_MS]) {
      await sleep(pause);
      const { result, ms } = await ask(prices, OTHERS);
      expect(ms).toBeLessThan(PATIENCE.storedMs);
      expect(result.stale).toBe(true);
    }
    // Those whose turn had not come are not asked for in the minute after.
    expect(vendor.requests.length).toBeLessThanOrEqual(4);
  });

  it('still brings what comes late into the store', async () => {
    for (const [k, ticker] of OTHERS.entries()) vendor.answer(ticker, [good(k + 60, PATIENCE.storedMs + 50)]);
    const prices = open();
    expect((await ask(prices, OTHERS)).result.stale).toBe(true);
    await vi.waitFor(async () => expect((await ask(prices, OTHERS)).result.stale).toBe(false));
    expect(vendor.requests).toHaveLength(2);
  });

  it('is waited for by night as long as it answers anybody', async () => {
    const tickers = MANY.slice(0, 12);
    for (const [k, ticker] of tickers.entries()) vendor.answer(ticker, [good(k, 150)]);
    const { result, ms } = await ask(open(), tickers, true);
    expect(ms).toBeGreaterThan(2 * PATIENCE.storedMs);
    expect([result.stale, result.prices.dates.length]).toEqual([false, 605]);
  });

  it('is given up by night when it answers nobody', async () => {
    for (const ticker of MANY) vendor.answer(ticker, ['hang']);
    const { result, ms } = await ask(open(), MANY, true);
    expect(ms).toBeLessThan(PATIENCE.refreshMs + SLACK_MS);
    expect(result.stale).toBe(true);
  });

  it('is not asked for the rest of a list after it has failed', async () => {
    for (const ticker of MANY) vendor.answer(ticker, [{ status: 403, body: '' }]);
    vendor.answer('T0', [{ status: 503, body: '' }]);
    await ask(open({ ratePerSecond: 8, retries: 0 }), MANY);
    await sleep(1_100);
    expect(vendor.requests.length).toBeLessThanOrEqual(8);
  });

  it('is left alone by night, too, after three requests in a row without an answer', async () => {
    for (const ticker of MANY) vendor.answer(ticker, ['drop']);
    const { result } = await ask(open({ ratePerSecond: 8, retries: 0 }), MANY, true);
    expect(result.stale).toBe(true);
    // Four at once.
    expect(vendor.requests.length).toBeLessThanOrEqual(2 + 4);
  });

  it('gives the stored exchange rate', async () => {
    await store(['EURUSD=X']);
    vendor.answer('EURUSD=X', ['drip']);
    const { result, ms } = await timed(open().rate('EUR', 'USD'));
    expect(ms).toBeLessThan(PATIENCE.storedMs + SLACK_MS);
    expect([result.stale, result.until]).toEqual([true, bars[599]![0]]);
  });
});

describe('where nothing is stored', () => {
  it('a vendor is waited for longer, but not for ever', async () => {
    // Half of the requests take a place in the queue until their time is over.
    for (const [k, ticker] of MANY.entries()) vendor.answer(ticker, [k % 2 === 0 ? 'drip' : good(k)]);
    const prices = open();
    const started = performance.now();
    await expect(ask(prices, MANY)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^Yahoo Finance did not give prices of T\d+ \(no answer within 0\.8 s\) and none are stored yet: try again in a few minutes\.$/,
      ),
    });
    expect(performance.now() - started).toBeLessThan(PATIENCE.firstMs + SLACK_MS);
  });

  it('a vendor is left alone after three requests in a row without an answer', async () => {
    for (const ticker of MANY) vendor.answer(ticker, ['drop']);
    await expect(ask(open({ ratePerSecond: 8, retries: 0 }), MANY)).rejects.toThrow('the connection failed');
    await sleep(300);
    expect(vendor.requests.length).toBeLessThanOrEqual(2 + 4);
  });

  it('nobody waits only for as long as somebody else had left', async () => {
    vendor.answer('AAA', [{ body: chartBody(bars), after: PATIENCE.firstMs + 200 }]);
    const prices = open();
    const early = prices.check({ tickers: ['AAA'] });
    await sleep(PATIENCE.firstMs / 2);
    const late = prices.check({ tickers: ['AAA'] });
    expect([(await early).unchecked, (await late).unchecked]).toEqual([['AAA'], []]);
    expect(vendor.requests).toHaveLength(1);
  });

  it('a list is checked within the same time', async () => {
    for (const ticker of MANY) vendor.answer(ticker, ['drip']);
    const { result, ms } = await timed(open().check({ tickers: MANY }));
    expect(ms).toBeLessThan(PATIENCE.firstMs + SLACK_MS);
    expect(result).toMatchObject({ unknown: [], unchecked: MANY });
  });
});

it('a fetch that ends at no time is waited for until the end of its patience', async () => {
  const fetches = new Fetches<number>(PATIENCE);
  const fetching = fetches.run('AAA', () => new Promise(() => {}));
  const since = performance.now();
  for (const [hasStored, isRefresh, ms] of [
    [true, false, 200],
    [false, false, 800],
    [true, true, 1_000],
  ] as const) {
    await expect(fetches.wait(fetching, { hasStored, isRefresh, since })).rejects.toMatchObject(
      new NoAnswer(ms, { isSilent: false }),
    );
    expect(performance.now() - since).toBeGreaterThan(ms - 2);
    expect(performance.now() - since).toBeLessThan(ms + SLACK_MS);
  }
});
