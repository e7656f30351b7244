import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/durations.ts';
import { PriceService } from '../../src/prices/service.ts';
import { openStoredSeries, type FetchedSeries, type SeriesTable } from '../../src/prices/ticker-series.ts';
import { failing } from '../support/broken-store.ts';
import { memoryStore } from '../support/memory-table.ts';
import { otherVendor } from '../support/other-vendor.ts';
import { weekdayBars, type Bar } from '../support/vendor.ts';

/** A Saturday; the last of the bars is the day before. */
const SATURDAY = Date.parse('2024-04-20T12:00:00Z');
const AFTER_WEEK = SATURDAY + 7 * DAY_MS;
const PAIR = { kind: 'tickers', tickers: ['AAA', 'BBB'], vendor: 'other' } as const;

/** Weekdays with moves of a few percent. */
const barsOf = (from: string, count: number, seed: number): Bar[] =>
  weekdayBars(from, count).map(([day, close]) => [day, close! + Math.cos(seed * Date.parse(day))]);
const all = (seed: number): Bar[] => barsOf('2022-01-03', 605, seed);
const stored = (seed: number): Bar[] => all(seed).slice(0, 600);

let now: number;
let table: SeriesTable;
let asked: string[];
let logged: { message: string; details: object }[];
/** What the vendor has of each ticker. */
let market: Map<string, { bars: readonly Bar[]; more?: Partial<FetchedSeries> }>;
let service: PriceService;

const serve = (ticker: string, bars: readonly Bar[], more?: Partial<FetchedSeries>): void =>
  void market.set(ticker, { bars, ...(more && { more }) });

beforeEach(async () => {
  now = SATURDAY;
  table = openStoredSeries(memoryStore());
  asked = [];
  logged = [];
  market = new Map();
  const vendor = otherVendor(async (ticker, from) => {
    asked.push(`${ticker} from ${from}`);
    const { bars, more } = market.get(ticker)!;
    const kept = bars.filter(([day]) => day >= from);
    return {
      currency: 'USD',
      dates: kept.map(([day]) => day),
      closes: kept.map(([, close]) => close),
      volumes: kept.map(() => 1),
      ...more,
    };
  });
  const log = {
    info: () => {},
    warn: (details: object, message: string) => void logged.push({ details, message }),
  };
  service = new PriceService({ sources: [vendor], series: table, now: () => now, log });
  serve('AAA', stored(1));
  serve('BBB', stored(2));
  await service.history(PAIR);
  serve('AAA', all(1));
  serve('BBB', all(2));
  asked.length = 0;
  now = AFTER_WEEK;
});

const changed = (bars: readonly Bar[], row: number, close: number | null): Bar[] =>
  bars.map((bar, t) => (t === row ? [bar[0], close] : bar));
const scaled = (bars: readonly Bar[], from: number, by: number): Bar[] =>
  bars.map(([day, close], t) => [day, t < from ? close : close! * by]);
const dayOf = (row: number): string => all(1)[row]![0];

describe('an answer that no answer could rest on', () => {
  const series = all(1);
  it.each<[string, readonly Bar[], string, Partial<FetchedSeries>?]>([
    ['a close of 0', changed(series, 602, 0), `its answer, ${dayOf(602)}, AAA: expected a price above zero, got 0`],
    [
      'a negative close',
      changed(series, 604, -3),
      `its answer, ${dayOf(604)}, AAA: expected a price above zero, got -3`,
    ],
    [
      'a close that is no number',
      changed(series, 604, Infinity),
      `its answer, ${dayOf(604)}, AAA: expected a price above zero, got Infinity`,
    ],
    [
      'a day that is yet to come',
      [...series, ['2031-01-01', 100]],
      'it has a price of 2031-01-01, which is yet to come',
    ],
    ['a day twice', [...series, series.at(-1)!], `its answer: ${dayOf(604)} comes a second time`],
    [
      'days in another order',
      [...series.slice(0, 603), series[604]!, series[603]!],
      `its answer: ${dayOf(603)} comes after ${dayOf(604)}`,
    ],
    [
      'pounds for pence',
      scaled(series, 602, 0.01),
      expect.stringMatching(
        `^it is divided by (9\\d|1\\d\\d)(\\.\\d)? on ${dayOf(602)}, as by a change between pounds and pence$`,
      ),
    ],
    [
      'pence for pounds in all of history',
      scaled(series, 0, 100),
      'all its prices are multiplied by 100, without a split',
    ],
    [
      'pounds for pence in all of history, and a dividend',
      scaled(series, 0, 0.0098),
      'all its prices are divided by 102, without a split',
      { splits: [{ date: dayOf(602), ratio: 2 }] },
    ],
    ['one bar times 100', changed(series, 603, 100 * series[603]![1]!), expect.stringContaining(`on ${dayOf(603)}`)],
    ['another currency', series, 'its currency is GBP, and was USD', { currency: 'GBP' }],
    ['lost years', scaled(series, 0, 0.5).slice(300), `it has no prices any more from ${dayOf(0)} to ${dayOf(299)}`],
    [
      'a hole',
      scaled(series, 0, 0.5).filter((_, t) => t < 300 || t > 305),
      `it has no prices any more from ${dayOf(300)} to ${dayOf(305)}`,
    ],
    [
      'blanks',
      scaled(series, 0, 0.5).map(([day, close], t): Bar => [day, t > 299 && t < 306 ? null : close]),
      `it has no prices any more from ${dayOf(300)} to ${dayOf(305)}`,
    ],
    [
      'weekly bars',
      scaled(series, 0, 0.99).filter((_, t) => t % 5 === 0),
      `it has no prices any more from ${dayOf(1)} to ${dayOf(4)}`,
    ],
    [
      'a start that is lost',
      scaled(series, 0, 0.99).slice(30),
      `it has no prices any more from ${dayOf(0)} to ${dayOf(29)}`,
    ],
    ['five newest days', series.slice(0, 595), `it has no prices any more from ${dayOf(595)} to ${dayOf(599)}`],
    [
      'holes of five days everywhere',
      scaled(series, 0, 0.99).filter((_, t) => t % 50 < 45),
      `it has no prices any more from ${dayOf(45)} to ${dayOf(49)}`,
    ],
    [
      'every tenth day',
      scaled(series, 0, 0.99).filter((_, t) => t % 10 !== 3),
      'it has no prices any more of 60 of 600 days',
    ],
    ['no move', series.map(([day]): Bar => [day, 7]), 'it stands still on most days'],
    [
      'a spike in a history that it rewrites',
      changed(scaled(series, 0, 0.5), 301, 500),
      expect.stringContaining('goes back the next day'),
    ],
  ])('for %s, is kept aside for that ticker alone, and said to be', async (_what, bars, flaw, more) => {
    const before = await table.get('other/AAA');
    serve('AAA', bars, more);
    const { prices, stale, notes, source } = await service.history(PAIR);
    expect([stale, source, prices.dates.at(-1)]).toEqual([true, 'Other Prices, stored 2024-04-20', '2024-04-19']);
    const { flaw: said } = (await table.get('other/AAA'))!.aside!;
    expect(said).toEqual(flaw);
    expect(notes[0]).toBe(`Other Prices's newest prices of AAA are not used (${said}): those until 2024-04-19 are.`);
    const { aside, ...kept } = (await table.get('other/AAA'))!;
    expect(kept).toEqual(before);
    expect(aside).toMatchObject({ since: new Date(now).toISOString(), fetchedAt: new Date(now).toISOString() });
    expect((await table.get('other/BBB'))?.dates).toHaveLength(605);
    expect(logged).toEqual([
      { details: { ticker: 'AAA', flaw: said }, message: 'Other Prices gave prices that are kept aside' },
    ]);

    // It heals.
    serve('AAA', all(1));
    now += 7 * HOUR_MS;
    const after = await service.history(PAIR);
    expect([after.stale, after.notes, after.prices.dates.length]).toEqual([false, [], 605]);
    expect(await table.keys()).toEqual(['other/AAA', 'other/BBB']);
    expect(await table.get('other/AAA')).not.toHaveProperty('aside');
  });

  it('is what the store keeps beside the series, and is not asked for again for six hours', async () => {
    serve('AAA', scaled(series, 602, 100));
    await service.history(PAIR);
    expect((await table.get('aside/other/AAA'))?.closes.at(-1)).toBe(100 * series[604]![1]!);
    const count = asked.length;
    now += HOUR_MS;
    expect((await service.history(PAIR)).stale).toBe(true);
    expect(asked).toHaveLength(count);
    now += 6 * HOUR_MS;
    await service.history(PAIR);
    expect(asked).toHaveLength(count + 2);
    expect(logged).toHaveLength(1);
  });

  it('is asked for once a night and merged once, like good prices', async () => {
    serve('AAA', scaled(series, 602, 100));
    const due = now;
    const first = await service.history(PAIR, { refresh: due });
    const { length } = asked;
    for (const wait of [1, 2]) {
      now += wait * 10 * 60_000;
      expect((await service.history(PAIR, { refresh: due, keepsEnded: true })).stale).toBe(true);
      expect((await service.history(PAIR, { refresh: due })).stale).toBe(true);
    }
    expect(asked).toHaveLength(length);
    const merged = await service.history(PAIR);
    expect([merged, await service.history(PAIR)]).toEqual([first, first]);
    expect(await service.history(PAIR)).toBe(merged);
    now += 6 * HOUR_MS;
    expect(await service.history(PAIR)).not.toBe(merged);
  });

  it('is believed when it has stayed the same for a month', async () => {
    serve('AAA', scaled(series, 602, 100));
    await service.history(PAIR);
    now += 30 * DAY_MS + HOUR_MS;
    const { stale, prices } = await service.history(PAIR);
    expect([stale, prices.closes.at(-1)?.[0]]).toEqual([false, 100 * series[604]![1]!]);
    expect(await table.keys()).toEqual(['other/AAA', 'other/BBB']);
  });

  it.each<[string, readonly Bar[], Partial<FetchedSeries>?]>([
    ['a close of 0', changed(series, 602, 0)],
    ['a negative close', changed(series, 604, -1)],
    ['a day that is yet to come', [...series, ['2031-01-01', 100]]],
    ['another currency of the same closes', series, { currency: 'GBP' }],
  ])('is never believed where it can be no price: %s', async (_what, bars, more) => {
    serve('AAA', bars, more);
    for (const wait of [0, 20, 20, 400]) {
      now += wait * DAY_MS;
      expect((await service.history(PAIR)).stale).toBe(true);
    }
    expect((await table.get('other/AAA'))?.dates).toHaveLength(600);
  });

  it.each<[string, readonly Bar[], Partial<FetchedSeries>?]>([
    ['lost months', scaled(series, 0, 0.5).slice(80)],
    ['pence for pounds in all of history', scaled(series, 0, 100)],
  ])('is believed after a month where it can be true: %s', async (_what, bars, more) => {
    serve('AAA', bars, more);
    await service.history(PAIR);
    now += 31 * DAY_MS;
    expect((await table.get('other/AAA'))?.dates).toHaveLength(600);
    await service.history(PAIR);
    expect((await table.get('other/AAA'))?.closes.at(-1)).toBe(bars.at(-1)![1]);
  });

  it('is believed after a month where a currency has changed with its closes', async () => {
    const [aaa, bbb] = [1, 2].map((seed) => scaled(all(seed), 0, 0.13));
    serve('AAA', aaa!, { currency: 'EUR' });
    serve('BBB', bbb!, { currency: 'EUR' });
    expect((await service.history(PAIR)).stale).toBe(true);
    now += 31 * DAY_MS;
    expect((await service.history(PAIR)).stale).toBe(false);
    expect((await table.get('other/AAA'))?.currency).toBe('EUR');
  });

  it('is believed a month after it became what it is, not after another flaw', async () => {
    serve('AAA', changed(series, 602, 0));
    await service.history(PAIR);
    now += 20 * DAY_MS;
    serve('AAA', scaled(series, 0, 0.5).slice(80));
    await service.history(PAIR);
    now += 20 * DAY_MS;
    serve('AAA', scaled(series, 602, 100));
    for (const wait of [0, 15, 15]) {
      now += wait * DAY_MS;
      expect((await service.history(PAIR)).stale).toBe(true);
    }
    now += DAY_MS;
    expect((await service.history(PAIR)).stale).toBe(false);
  });

  it('is not believed because a wrong clock dated it ahead, but a month later', async () => {
    const days = 400 * DAY_MS;
    now += days;
    serve('AAA', scaled(series, 602, 100));
    await service.history(PAIR);
    now -= days;
    for (const wait of [7 * HOUR_MS, 29 * DAY_MS]) {
      now += wait;
      expect((await service.history(PAIR)).stale).toBe(true);
    }
    now += 2 * DAY_MS;
    expect((await service.history(PAIR)).stale).toBe(false);
  });

  it('answers with the stored prices also where it cannot be kept aside', async () => {
    const before = (await table.get('other/AAA'))!;
    table.set = failing;
    serve('AAA', scaled(series, 602, 100));
    const { stale, prices } = await service.history(PAIR);
    expect([stale, prices.dates.at(-1)]).toEqual([true, '2024-04-19']);
    expect(await table.get('other/AAA')).toEqual(before);
  });

  it('is stored where nothing is, to be refused by answers as before', async () => {
    serve('CCC', scaled(series, 602, 100));
    const { stale, prices } = await service.history({ ...PAIR, tickers: ['BBB', 'CCC'] });
    expect([stale, prices.closes.at(-1)?.[1]]).toEqual([false, 100 * series[604]![1]!]);
  });
});

describe('what could be real', () => {
  const series = all(1);
  it.each<[string, readonly Bar[], Partial<FetchedSeries>?]>([
    ['a split, which changes all of history', scaled(series, 0, 0.25), { splits: [{ date: dayOf(602), ratio: 4 }] }],
    ['a reverse split of 1:100', scaled(series, 0, 100), { splits: [{ date: dayOf(602), ratio: 0.01 }] }],
    [
      'two splits since, and one that was not stored',
      scaled(series, 0, 1 / 110),
      {
        splits: [
          { date: dayOf(3), ratio: 7 },
          { date: dayOf(602), ratio: 10 },
          { date: dayOf(604), ratio: 11 },
        ],
      },
    ],
    ['a dividend', series.map(([day, close], t): Bar => [day, t < 602 ? close! * 0.987 : close])],
    ['a crash by 35 %', scaled(series, 603, 0.65)],
    ['a coin that more than doubles', scaled(series, 603, 2.3)],
    ['two newest days that were no sessions', [...series.slice(0, 598), ...series.slice(600)]],
    ['a few days that were no sessions', scaled(series, 0, 0.9).filter((_, t) => t % 150 !== 7)],
  ])('is used: %s', async (_what, bars, more) => {
    serve('AAA', bars, more);
    const { stale, prices } = await service.history(PAIR);
    expect([stale, prices.closes.at(-1)?.[0]]).toEqual([false, bars.at(-1)![1]]);
    expect(logged).toEqual([]);
  });
});

const spoil = async (close: number): Promise<void> => {
  const before = (await table.get('other/AAA'))!;
  await table.set('other/AAA', { ...before, closes: before.closes.map((one, t) => (t === 300 ? close : one)) });
};

describe('a bad bar that is stored already', () => {
  const good = all(1);
  it.each([0, 9_000])('of %d is healed by what the vendor has now, however long ago it was', async (close) => {
    await spoil(close);
    const { stale, prices } = await service.history(PAIR);
    expect([stale, prices.closes[300]?.[0], prices.closes.at(-1)?.[0]]).toEqual([false, good[300]![1], good[604]![1]]);
    expect(asked).toContain('AAA from 2013-04-27');
  });

  it('does not keep newer prices out where the vendor has it too', async () => {
    await spoil(9_000);
    serve('AAA', changed(good, 300, 9_000));
    expect((await service.history(PAIR)).prices.dates).toHaveLength(605);
  });

  it('is healed also where most were in another unit', async () => {
    const before = (await table.get('other/AAA'))!;
    const closes = before.closes.map((close, t) => (t < 540 ? close! * 100 : close));
    await table.set('other/AAA', { ...before, closes });
    expect((await service.history(PAIR)).prices.closes[0]?.[0]).toBe(good[0]![1]);
  });

  it('does not let another one in', async () => {
    await spoil(9_000);
    serve('AAA', changed(good, 400, 9_000));
    expect((await service.history(PAIR)).stale).toBe(true);
  });
});

describe('a thin history that is stored already', () => {
  it.each<[string, (bar: Bar, t: number) => boolean]>([
    ['bars of weeks', (_, t) => t % 5 === 0],
    ['bars of weeks that are dated as no session is', (_, t) => t % 5 === 0],
    ['holes of five days', (_, t) => t % 11 < 6],
    ['a blank near its end', (_, t) => t !== 597],
  ])('is healed by what the vendor has now: %s', async (what, isKept) => {
    const before = (await table.get('other/AAA'))!;
    const bars = stored(1).filter(isKept);
    // Sundays.
    const isOdd = what.includes('no session');
    const dates = bars.map(([day], t) =>
      isOdd && t % 10 === 0 ? new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10) : day,
    );
    const closes = bars.map(([, close]) => close);
    await table.set('other/AAA', { ...before, dates, closes, volumes: closes.map(() => 1) });
    expect((await service.history(PAIR)).stale).toBe(false);
    expect((await table.get('other/AAA'))?.dates).toEqual(all(1).map(([day]) => day));
  });
});
