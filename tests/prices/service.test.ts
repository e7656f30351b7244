import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/durations.ts';
import { PriceService } from '../../src/prices/service.ts';
import { type SeriesTable, openStoredSeries } from '../../src/prices/ticker-series.ts';
import { VendorError, type PriceSources, type PriceVendor } from '../../src/prices/vendors/vendor.ts';
import { openTestStore } from '../store/fixtures.ts';
import { otherVendor } from '../support/other-vendor.ts';
import { describeShared, sharedFile } from '../support/shared.ts';
import { chartBody, sourcesOn, startVendor, weekdayBars, type Bar, type Vendor } from '../support/vendor.ts';

/** 600 weekdays; the last one is 2024-04-19. */
const bars = weekdayBars('2022-01-03', 600);
const SATURDAY = Date.parse('2024-04-20T12:00:00Z');
const AFTER_WEEK = Date.parse('2024-04-27T12:00:00Z');
const week = weekdayBars('2024-04-22', 5);
const PAIR = { kind: 'tickers', tickers: ['AAA', 'BBB'] } as const;

let vendor: Vendor;
let series: SeriesTable;
let now: number;
let logged: string[];
beforeEach(async () => {
  vendor = await startVendor();
  series = openStoredSeries((await openTestStore()).store);
  now = SATURDAY;
  logged = [];
});
afterEach(() => vendor.close());

const service = (sources: PriceSources = sourcesOn(vendor, () => now, 1)): PriceService =>
  new PriceService({
    sources,
    series,
    now: () => now,
    log: { info: (_details, message) => logged.push(message), warn: (_details, message) => logged.push(message) },
  });

/** Serves the bars from the requested second on. */
const serve = (symbol: string, all: readonly Bar[], options = {}): void =>
  vendor.answer(symbol, (from) => ({
    body: chartBody(
      all.filter(([day, , hour = 14]) => Date.parse(day) / 1000 + 3600 * hour >= from),
      options,
    ),
  }));

const fail = (symbol: string, status: number): void => vendor.answer(symbol, [{ status, body: 'Too Many Requests' }]);

const shifted = (all: readonly Bar[]): Bar[] => all.map(([day, close], t) => [day, close! + Math.cos(t)]);

/** Where every third day has none. */
const rateOn = (t: number): number => 1 + (t % 3 === 2 ? t - 1 : t) / 1000;

describe('prices from Yahoo', () => {
  beforeEach(() => {
    serve('AAA', bars);
    serve('BBB', shifted(bars));
  });

  it('are fetched, stored and given', async () => {
    const { prices, ...rest } = await service().history(PAIR);
    expect(rest).toMatchObject({ source: 'Yahoo Finance', stale: false, notes: [] });
    expect(prices.dates).toEqual(bars.map(([day]) => day));
    expect(prices.tickers).toEqual(['AAA', 'BBB']);
    expect(prices.closes[3]).toEqual([bars[3]![1], shifted(bars)[3]![1]]);
    expect(prices.currencies).toEqual(['USD', 'USD']);
    expect(prices.volumes?.[3]).toEqual([1000, 1000]);
    expect(vendor.requests).toEqual(['AAA from 2013-04-19', 'BBB from 2013-04-19']);
    expect(await series.keys()).toEqual(['yahoo/AAA', 'yahoo/BBB']);
    expect((await series.get('yahoo/AAA'))?.fetchedAt).toBe('2024-04-20T12:00:00.000Z');
  });

  it('are cut at a day before they are checked: what comes later neither refuses nor warns', async () => {
    const until = bars[520]![0];
    serve('BBB', shifted(bars).slice(0, 540));
    await expect(service().history(PAIR)).rejects.toMatchObject({ code: 'prices.ended' });
    const { prices, notes } = await service().history(PAIR, { until });
    expect(notes).toEqual([]);
    expect(prices.dates).toEqual(bars.slice(0, 521).map(([day]) => day));
    expect((await service().history({ ...PAIR, tickers: ['BBB', 'AAA'] }, { until })).prices.dates).toEqual(
      prices.dates,
    );
  });

  it('are not fetched again within six hours, unless refreshed', async () => {
    const prices = service();
    const first = await prices.history(PAIR);
    now += 6 * HOUR_MS - 1;
    expect(await prices.history(PAIR)).toEqual(first);
    expect(vendor.requests).toHaveLength(2);
    await prices.history(PAIR, { refresh: Infinity });
    expect(vendor.requests).toHaveLength(4);
  });

  it('are put together once while they are fresh, and again when they are refreshed or old', async () => {
    now -= 12 * HOUR_MS; // The window of years moves on at 18:00.
    const prices = service();
    const [first, same] = await Promise.all([prices.history(PAIR), prices.history(PAIR)]);
    expect(same).toBe(first);
    now += HOUR_MS;
    expect(await prices.history(PAIR)).toBe(first);
    const refreshed = await prices.history(PAIR, { refresh: Infinity });
    expect(refreshed).not.toBe(first);
    now += 6 * HOUR_MS - 1;
    expect(await prices.history(PAIR)).toBe(refreshed);
    now += 1;
    expect(await prices.history(PAIR)).not.toBe(refreshed);
  });

  it('yield to the event loop between two tickers', async () => {
    await service().history(PAIR);
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await service().history(PAIR);
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(2);
    expect(vendor.requests).toHaveLength(2);
  });

  it('are then fetched from ten stored bars back on', async () => {
    await service().history(PAIR);
    now = AFTER_WEEK;
    serve('AAA', [...bars, ...week]);
    serve('BBB', shifted([...bars, ...week]));
    const { prices } = await service().history(PAIR);
    expect(vendor.requests.slice(2)).toEqual(['AAA from 2024-04-07', 'BBB from 2024-04-07']);
    expect(prices.dates).toEqual([...bars, ...week].map(([day]) => day));
    expect(prices.closes.at(-1)?.[0]).toBe(week.at(-1)![1]);
    expect(logged).toEqual([]);
  });

  it('are fetched whole when a split has rewritten them', async () => {
    await service().history(PAIR);
    now = AFTER_WEEK;
    const halved = [...bars, ...week].map(([day, close]): Bar => [day, close! / 2]);
    serve('AAA', halved);
    serve('BBB', shifted([...bars, ...week]));
    const { prices } = await service().history(PAIR);
    expect(prices.closes.map((row) => row[0])).toEqual(halved.map(([, close]) => close));
    expect(vendor.requests.slice(2).sort()).toEqual([
      'AAA from 2013-04-26',
      'AAA from 2024-04-07',
      'BBB from 2024-04-07',
    ]);
    expect(logged).toEqual([expect.stringContaining('rewritten')]);
  });

  it('bear a last bit that changed', async () => {
    await service().history(PAIR);
    now = AFTER_WEEK;
    serve(
      'AAA',
      bars.map(([day, close]): Bar => [day, close! * (1 + 5e-7)]),
    );
    await service().history(PAIR);
    expect(logged).toEqual([]);
  });

  it('are asked for once by all who ask at once', async () => {
    const prices = service();
    const answers = await Promise.all([
      prices.history(PAIR),
      prices.history(PAIR),
      prices.history({ kind: 'tickers', tickers: ['BBB', 'AAA'] }),
    ]);
    expect(vendor.requests).toHaveLength(2);
    expect(answers[1]).toEqual(answers[0]);
  });

  it('are reported on while they come', async () => {
    const heard: string[] = [];
    await service().history(PAIR, { onProgress: ({ done, detail }) => heard.push(`${done} ${detail}`) });
    expect(heard).toEqual(['0.5 1 of 2 tickers', '1 2 of 2 tickers']);
  });

  it('still reach the store when the caller stops waiting', async () => {
    const stop = new AbortController();
    const prices = service();
    const waiting = prices.history(PAIR, { signal: stop.signal });
    const other = prices.history(PAIR);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    expect((await other).prices.dates).toHaveLength(600);
  });

  it('do not take a series that was fetched earlier for one that is listed later', async () => {
    const older = weekdayBars('2013-01-01', 3000);
    now = Date.parse('2024-07-06T12:00:00Z');
    for (const ticker of ['AAA', 'BBB']) serve(ticker, ticker === 'AAA' ? older : shifted(older));
    await service().history(PAIR);
    now += 30 * 24 * HOUR_MS;
    serve('CCC', shifted(older));
    const { notes, prices } = await service().history({ kind: 'tickers', tickers: ['AAA', 'CCC'] });
    expect(notes).toEqual([]);
    expect(prices.dates[0]).toBe('2013-08-05');
  });

  it('end before a session that still runs', async () => {
    const today = [...bars, ...week.slice(0, 1)];
    now = Date.parse('2024-04-22T18:00:00Z');
    serve('AAA', today, { sessionEnd: '2024-04-22T20:00:00Z' });
    serve('BBB', shifted(today), { sessionEnd: '2024-04-22T20:00:00Z' });
    expect((await service().history(PAIR)).prices.dates.at(-1)).toBe('2024-04-19');
  });

  it('of two currencies are refused where there is no rate between them', async () => {
    serve('OCDO.L', shifted(bars), { currency: 'GBp', timeZone: 'Europe/London' });
    await expect(service().history({ kind: 'tickers', tickers: ['AAA', 'BBB', 'OCDO.L'] })).rejects.toMatchObject({
      name: 'UserError',
      option: 'tickers',
      message: 'AAA, BBB are quoted in USD, OCDO.L in GBp: choose tickers in one currency.',
    });
  });

  it('of two currencies are those of most, at the rate of each day or the last before it', async () => {
    const pence = shifted(bars);
    serve('OCDO.L', pence, { currency: 'GBp', timeZone: 'Europe/London' });
    // No rate on every third day.
    const rates = bars.map(([day], t): Bar => [day, 1 + t / 1000, 0]).filter((_, t) => t % 3 !== 2);
    vendor.answer('GBPUSD=X', [{ body: chartBody(rates, { timeZone: 'UTC' }) }]);
    const mixed = service();
    const asked = { kind: 'tickers', tickers: ['AAA', 'BBB', 'OCDO.L'] } as const;
    const { prices, notes } = await mixed.history(asked);
    expect(prices.currencies).toEqual(['USD', 'USD', 'USD']);
    expect(prices.dates).toEqual(bars.map(([day]) => day));
    for (const [t, row] of prices.closes.entries()) expect(row[2]).toBeCloseTo((pence[t]![1]! / 100) * rateOn(t), 9);
    const last = bars.length - 1;
    const told = (t: number) =>
      `OCDO.L is quoted in GBp and converted to USD at the rates of each day, newest ${Number((rateOn(t) / 100).toPrecision(6))} USD for 1 GBp on ${bars[t % 3 === 2 ? t - 1 : t]![0]}.`;
    expect(notes.filter((note) => note.includes('converted'))).toEqual([told(last)]);
    // The same when they are cached, and fetched again.
    expect(await mixed.history(asked)).toEqual(await mixed.history(asked, { refresh: Infinity }));
    expect((await mixed.history(asked, { until: bars[300]![0] })).notes).toContain(told(300));
  });

  it('of a coin in another currency are refused: it can be had in theirs', async () => {
    serve('BTC-EUR', bars, { currency: 'EUR', timeZone: 'UTC' });
    vendor.answer('EURUSD=X', [{ body: chartBody(bars, { timeZone: 'UTC' }) }]);
    await expect(service().history({ kind: 'tickers', tickers: ['AAA', 'BBB', 'BTC-EUR'] })).rejects.toMatchObject({
      code: 'prices.currencies-differ',
    });
  });

  it('that do not exist are an error, with the ticker’s name', async () => {
    await expect(service().history({ kind: 'tickers', tickers: ['AAA', 'NOPE'] })).rejects.toThrow(
      'Yahoo Finance has no prices of NOPE',
    );
  });
});

describe('a vendor that fails', () => {
  beforeEach(async () => {
    serve('AAA', bars);
    serve('BBB', shifted(bars));
  });

  it('leaves the stored prices, said to be stale', async () => {
    const before = await service().history(PAIR);
    now = AFTER_WEEK;
    fail('AAA', 503);
    fail('BBB', 503);
    const { prices, ...rest } = await service().history(PAIR);
    expect(prices).toEqual(before.prices);
    expect(rest).toMatchObject({
      source: 'Yahoo Finance, stored 2024-04-20',
      stale: true,
      notes: ['Yahoo Finance gave no new prices of AAA, BBB (HTTP 503): the prices stored on 2024-04-20 were used.'],
    });
  });

  it('for one ticker ends all with it', async () => {
    await service().history(PAIR);
    now = AFTER_WEEK;
    fail('AAA', 429);
    serve('BBB', shifted([...bars, ...week]));
    const { prices, stale } = await service().history(PAIR);
    expect([stale, prices.dates.at(-1)]).toEqual([true, '2024-04-19']);
  });

  it('gets no request for a minute, then another one', async () => {
    const prices = service();
    await prices.history(PAIR);
    now = AFTER_WEEK;
    fail('AAA', 503);
    fail('BBB', 503);
    await prices.history(PAIR);
    const asked = vendor.requests.length;
    now += 59_000;
    expect((await prices.history(PAIR)).stale).toBe(true);
    expect(vendor.requests).toHaveLength(asked);
    now += 2000;
    serve('AAA', [...bars, ...week]);
    serve('BBB', shifted([...bars, ...week]));
    expect((await prices.history(PAIR)).stale).toBe(false);
  });

  it('without stored prices is an error that says when to come back', async () => {
    fail('BBB', 429);
    await expect(service().history(PAIR)).rejects.toMatchObject({
      name: 'UserError',
      option: undefined,
      message:
        'Yahoo Finance did not give prices of BBB (HTTP 429) and none are stored yet: try again in a few minutes.',
    });
  });

  it.each([
    ['has none', 'it has no daily prices', () => serve('AAA', [])],
    ['does not know the ticker', 'it did not know the ticker this time', () => vendor.forget('AAA')],
  ])('keeps stored prices when it suddenly %s, for a week', async (_what, reason, lose) => {
    await service().history(PAIR);
    serve('BBB', shifted([...bars, ...week]));
    lose();
    now = AFTER_WEEK;
    for (const refresh of [Infinity, undefined]) {
      const { prices, stale, notes } = await service().history(PAIR, refresh === undefined ? {} : { refresh });
      expect([stale, prices.dates.at(-1)]).toEqual([true, '2024-04-19']);
      expect(notes).toEqual([
        `Yahoo Finance gave no new prices of AAA (${reason}): the prices stored on 2024-04-20 were used.`,
      ]);
    }
    expect((await series.get('yahoo/AAA'))?.dates).toHaveLength(600);
    now += HOUR_MS;
    await expect(service().history(PAIR)).rejects.toMatchObject({
      name: 'UserError',
      option: 'tickers',
      message: 'Yahoo Finance has had no prices of AAA since 2024-04-20: leave it out, or take its new symbol.',
    });
  });

  it('keeps those for a week that a wrong clock has dated ahead, too', async () => {
    now += 400 * 24 * HOUR_MS;
    await service().history(PAIR);
    now = SATURDAY;
    vendor.forget('AAA');
    expect((await service().history(PAIR)).notes.join()).toContain('it did not know the ticker this time');
    now += HOUR_MS;
    expect((await service().history(PAIR)).notes.join()).toContain('it does not know the ticker any more');
  });

  it('is not believed when it denies a ticker for less than an hour, however old its stored prices are', async () => {
    await service().history(PAIR);
    now += 30 * 24 * HOUR_MS;
    vendor.forget('AAA');
    const twice = service();
    for (const wait of [0, HOUR_MS - 1]) {
      now += wait;
      const { stale, notes } = await twice.history(PAIR);
      expect([stale, notes[0]]).toEqual([true, expect.stringContaining('it did not know the ticker this time')]);
      expect(await twice.check(PAIR)).toMatchObject({ unknown: [], unchecked: ['AAA'] });
    }
    serve('AAA', bars);
    expect((await twice.history(PAIR)).stale).toBe(false);
    now += 30 * 24 * HOUR_MS;
    vendor.forget('AAA');
    expect((await service().history(PAIR)).stale).toBe(true);
    now += HOUR_MS;
    await expect(service().history(PAIR)).rejects.toThrow('has had no prices of AAA since 2024-05-20');
  });

  it('has its stored prices merged once while it fails, and anew when it answers', async () => {
    const prices = service();
    await prices.history(PAIR);
    now += 7 * HOUR_MS;
    for (const symbol of ['AAA', 'BBB']) fail(symbol, 403);
    const failed = await prices.history(PAIR);
    expect(vendor.requests).toHaveLength(4);
    expect((await prices.history(PAIR)).prices).toBe(failed.prices);
    expect(vendor.requests).toHaveLength(6);
    fail('AAA', 401);
    expect((await prices.history(PAIR)).notes.join()).toContain('HTTP 401');
    for (const [symbol, all] of Object.entries({ AAA: bars, BBB: shifted(bars) })) serve(symbol, all);
    const { stale, notes } = await prices.history(PAIR);
    expect([stale, notes]).toEqual([false, []]);
  });

  it('is asked once a night for a ticker that several universes lack', async () => {
    const lists = ['LOST', 'NONE', 'BUSY'].flatMap((ticker) => [
      ['AAA', ticker],
      ['BBB', ticker],
      ['AAA', 'BBB', ticker],
    ]);
    serve('LOST', bars);
    const prices = service();
    await prices.history({ kind: 'tickers', tickers: ['AAA', 'BBB', 'LOST'] });
    vendor.forget('LOST');
    fail('BUSY', 500);
    const night = async (refresh: number): Promise<string[]> => {
      const from = vendor.requests.length;
      const ask = (tickers: readonly string[]) => prices.history({ kind: 'tickers', tickers }, { refresh });
      const asked = async (tickers: readonly string[]) => (await ask(tickers)).stale && (await ask(tickers)).stale;
      const some = await Promise.allSettled(lists.slice(0, 5).map(asked));
      for (const list of lists.slice(5)) some.push(...(await Promise.allSettled([asked(list)])));
      const outcomes = [...Array(3).fill(true), ...Array(6).fill(undefined)];
      expect(some.map((one) => (one.status === 'fulfilled' ? one.value : undefined))).toEqual(outcomes);
      return vendor.requests
        .slice(from)
        .map((request) => request.split(' ')[0]!)
        .toSorted((a, b) => a.localeCompare(b));
    };
    const due = AFTER_WEEK - 2 * 24 * HOUR_MS;
    now = due + 1_000;
    // With one retry for what may pass.
    expect(await night(due)).toEqual(['AAA', 'BBB', 'BUSY', 'BUSY', 'LOST', 'NONE']);
    // The night is tried again.
    now += 5 * 60_000;
    expect(await night(due)).toEqual(['BUSY', 'BUSY', 'LOST', 'NONE']);
    now = due + 24 * HOUR_MS;
    expect(await night(now)).toEqual(['AAA', 'BBB', 'BUSY', 'BUSY', 'LOST', 'NONE']);
    serve('NONE', shifted(bars));
    expect((await prices.history({ kind: 'tickers', tickers: ['AAA', 'NONE'] })).stale).toBe(false);
    expect((await prices.history({ kind: 'tickers', tickers: ['AAA', 'NONE'] }, { refresh: now })).stale).toBe(false);
  });

  it('does not count a ticker as known that it no longer knows', async () => {
    await service().history(PAIR);
    vendor.forget('AAA');
    now = AFTER_WEEK;
    await service().check(PAIR);
    now += HOUR_MS;
    expect(await service().check(PAIR)).toMatchObject({ unknown: ['AAA'], unchecked: [] });
  });
});

describe('a vendor that hangs', () => {
  const LIMIT_MS = 300;
  const many = Array.from({ length: 60 }, (_, k) => `T${k}`);
  const hang = (): void => many.forEach((ticker) => vendor.answer(ticker, ['hang']));
  const impatient = (): PriceService => service(sourcesOn(vendor, () => now, 4, LIMIT_MS));

  it('leaves all of a long list what is stored, after the time limit of one request', async () => {
    for (const [k, ticker] of many.entries()) serve(ticker, k % 2 === 0 ? bars : shifted(bars));
    const list = { kind: 'tickers', tickers: many } as const;
    const before = await service().history(list);
    now = AFTER_WEEK;
    hang();
    const prices = impatient();
    const started = performance.now();
    const answer = await prices.history(list);
    expect(performance.now() - started).toBeLessThan(8 * LIMIT_MS);
    expect(answer).toMatchObject({ stale: true, source: 'Yahoo Finance, stored 2024-04-20' });
    expect(answer.prices).toEqual(before.prices);
    expect(answer.notes[0]).toMatch(/\(no answer within 0\.3 s\): the prices stored on 2024-04-20 were used\.$/);
    expect(vendor.requests).toHaveLength(60 + 4);
  });

  it('is not waited for again within a minute, not even where nothing is stored', async () => {
    hang();
    const prices = impatient();
    const refused = {
      message:
        'Yahoo Finance did not give prices of T0 (no answer within 0.3 s) and none are stored yet: try again in a few minutes.',
    };
    const ask = () => prices.history({ kind: 'tickers', tickers: ['T0', 'T1'] });
    await expect(ask()).rejects.toMatchObject(refused);
    const started = performance.now();
    await expect(ask()).rejects.toMatchObject(refused);
    expect(performance.now() - started).toBeLessThan(LIMIT_MS);
    expect(vendor.requests).toHaveLength(2);
    now += 61_000;
    serve('T0', bars);
    serve('T1', shifted(bars));
    expect((await ask()).stale).toBe(false);
  });
});

it('tells the log when a price replaced another of its session', async () => {
  serve('AAA', [...bars, [bars.at(-1)![0], 7, 20]]);
  serve('BBB', shifted(bars));
  expect((await service().history(PAIR)).prices.closes.at(-1)?.[0]).toBe(7);
  expect(logged).toEqual(['there were two prices of a session: the later one was used']);
  expect(await series.get('yahoo/AAA')).not.toHaveProperty('replaced');
});

it('fetches a series whole that an earlier version dated by the clock alone', async () => {
  serve('AAA', bars);
  serve('BBB', shifted(bars));
  await service().history(PAIR);
  const { isBySession, ...old } = (await series.get('yahoo/AAA'))!;
  expect(isBySession).toBe(true);
  await series.set('yahoo/AAA', { ...old, closes: old.closes.map((close, t) => (t === 100 ? 4 : close)) });
  now = AFTER_WEEK;
  const { prices } = await service().history(PAIR);
  expect(prices.closes[100]?.[0]).toBe(bars[100]![1]);
  expect(vendor.requests.slice(2).sort()).toEqual(['AAA from 2013-04-26', 'BBB from 2024-04-07']);
});

/** Its AAA and BBB are not Yahoo's. */
const other = (calls: string[]): PriceVendor =>
  otherVendor(async (ticker) => {
    calls.push(ticker);
    if (ticker === 'DOWN') throw new VendorError('HTTP 500', { canRetry: true });
    const all = ticker === 'AAA' ? bars : shifted(bars);
    const closes = all.map(([, close]) => 2 * close!);
    return { dates: all.map(([day]) => day), closes, volumes: closes.map(() => 1), currency: 'USD' };
  });

const both = (calls: string[] = []): PriceSources => [other(calls), ...sourcesOn(vendor, () => now, 1)];

describe('two vendors', () => {
  beforeEach(() => {
    serve('AAA', bars);
    serve('BBB', shifted(bars));
  });

  it('answer each for the requests that name them, from series of their own', async () => {
    const calls: string[] = [];
    const prices = service(both(calls));
    const usual = await prices.history(PAIR);
    expect(await prices.history({ ...PAIR, vendor: 'yahoo' })).toBe(usual);
    const { prices: doubled, ...rest } = await prices.history({ ...PAIR, vendor: 'other' });
    expect(rest).toMatchObject({ source: 'Other Prices', stale: false, notes: [] });
    expect(doubled.closes[7]![0]).toBe(2 * usual.prices.closes[7]![0]!);
    expect(calls).toEqual(['AAA', 'BBB']);
    expect(await series.keys()).toEqual(['other/AAA', 'other/BBB', 'yahoo/AAA', 'yahoo/BBB']);
    expect((await prices.history(PAIR)).prices).toBe(usual.prices);
    expect(await prices.newest({ ...PAIR, vendor: 'other' })).toBe('2024-04-19');
  });

  it('are called by their own names, and one that fails leaves the other alone', async () => {
    const prices = service(both());
    await expect(prices.history({ kind: 'tickers', tickers: ['AAA', 'DOWN'], vendor: 'other' })).rejects.toThrow(
      'Other Prices did not give prices of DOWN (HTTP 500) and none are stored yet: try again in a few minutes.',
    );
    expect(logged).toEqual(['Other Prices failed']);
    expect(await prices.check({ tickers: ['DOWN'], vendor: 'other' })).toMatchObject({
      vendor: { title: 'Other Prices' },
      unchecked: ['DOWN'],
    });
    expect(await prices.history(PAIR)).toMatchObject({ source: 'Yahoo Finance', stale: false });
  });

  it('leave exchange rates to the first that quotes them', async () => {
    serve('EURUSD=X', [['2024-04-19', 1.08, 0]], { timeZone: 'UTC' });
    expect(await service(both()).rate('EUR', 'USD')).toMatchObject({ rate: 1.08, vendor: 'Yahoo Finance' });
    await expect(service([other([])]).rate('EUR', 'USD')).rejects.toMatchObject({
      option: 'amount',
      message: 'There is no exchange rate from EUR to USD: leave out the amount, or change its currency.',
    });
  });

  it('that do not exist are an error: none is taken for another', async () => {
    await expect(service(both()).history({ ...PAIR, vendor: 'sample' })).rejects.toMatchObject({
      name: 'UserError',
      option: 'vendor',
      message: 'There is no price vendor "sample": expected one of other, yahoo.',
    });
  });
});

describe('other prices', () => {
  it('come from the sample market, without a vendor', async () => {
    const prices = service();
    const loaded = await prices.history({ kind: 'named', name: 'sample' });
    expect([loaded.source, loaded.prices.tickers.length]).toEqual(['sample market (synthetic)', 12]);
    expect(await prices.history({ kind: 'named', name: 'sample' })).toBe(loaded);
    expect(vendor.requests).toEqual([]);
  });

  it('come from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tailcap-service-'));
    const file = join(folder, 'mine.csv');
    await writeFile(
      file,
      ['date,A,B,C', ...bars.map(([day, close], t) => `${day},${close},${50 + (t % 5)},${t + 1}`)].join('\n'),
    );
    const loaded = await service().history({ kind: 'csv', file, tickers: ['A', 'C'] });
    expect([loaded.source, loaded.prices.tickers.join()]).toEqual(['mine.csv', 'A,C']);
    await rm(folder, { recursive: true });
  });

  it('are described', async () => {
    const { assets, notes, days } = await service().describe({ kind: 'named', name: 'sample' }, []);
    expect([assets.length, notes, days]).toEqual([12, [], 2520]);
  });

  it('of an unknown universe are an error', async () => {
    await expect(service().history({ kind: 'named', name: 'us13' })).rejects.toMatchObject({ option: 'universe' });
  });
});

const recorded = (name: string): string => readFileSync(sharedFile(`data/fixtures/yahoo/${name}`), 'utf8');

it('takes six weekdays in Tokyo for holidays, and says so', async () => {
  const open = bars.filter((_, t) => t < 300 || t >= 306);
  const inTokyo = open.map(([day, close]): Bar => [day, close, 0]);
  serve('7203.T', inTokyo, { currency: 'JPY', timeZone: 'Asia/Tokyo' });
  serve('BTC-JPY', shifted(bars), { currency: 'JPY', timeZone: 'UTC' });
  const { notes, prices } = await service().history({ kind: 'tickers', tickers: ['7203.T', 'BTC-JPY'] });
  expect(prices.dates).toHaveLength(594);
  expect(notes).toEqual([
    `7203.T has no price on 6 days in a row, ${bars[300]![0]} to ${bars[305]![0]}: taken for holidays, so these days are left out.`,
  ]);
  serve('AAPL', open);
  serve('BTC-USD', shifted(bars), { timeZone: 'UTC' });
  serve('MSFT', shifted(bars));
  await expect(service().history({ kind: 'tickers', tickers: ['AAPL', 'BTC-USD', 'MSFT'] })).rejects.toMatchObject({
    code: 'prices.gap',
    message: expect.stringContaining('AAPL has no prices from'),
  });
  serve('ETH-USD', open, { timeZone: 'UTC' });
  await expect(
    service().history({ kind: 'tickers', tickers: ['ETH-USD', 'MSFT'] }, { refresh: Infinity }),
  ).rejects.toMatchObject({ code: 'prices.gap' });
});

describeShared('recorded answers of Yahoo, through the service', () => {
  it('refuse pence beside dollars where there is no rate', async () => {
    vendor.answer('TSLA', [{ body: recorded('chart-TSLA-2010_2023-full.json') }]);
    vendor.answer('OCDO.L', [{ body: recorded('chart-OCDO.L-2020-01-GBp.json') }]);
    await expect(service().history({ kind: 'tickers', tickers: ['TSLA', 'OCDO.L'] })).rejects.toThrow(
      'TSLA is quoted in USD, OCDO.L in GBp: choose tickers in one currency.',
    );
  });
});
