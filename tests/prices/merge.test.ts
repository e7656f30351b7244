import { describe, expect, it } from 'vitest';
import type { TradingDays } from '../../src/prices/calendar.ts';
import { mergeSeries } from '../../src/prices/merge.ts';
import { createPrices } from '../../src/prices/prices.ts';
import { spliceSeries, type TickerSeries } from '../../src/prices/ticker-series.ts';

const days = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, t) => new Date(Date.parse(from) + t * 86_400_000).toISOString().slice(0, 10));

const isWeekday = (day: string): boolean => ![0, 6].includes(new Date(day).getUTCDay());

type Named = readonly [ticker: string, series: TickerSeries];

const series = (ticker: string, dates: readonly string[], more: Partial<TickerSeries> = {}): Named => [
  ticker,
  { dates, closes: dates.map((_, t) => 100 + Math.sin(t)), volumes: dates.map(() => 1), currency: 'USD', ...more },
];

/** A vendor whose symbols tell the exchange by a suffix. */
const exchangeOf = (ticker: string): string | undefined =>
  ticker.startsWith('^') ? undefined : (ticker.split('.')[1] ?? 'home');

const merge = (all: readonly Named[], tradingDays: TradingDays = 'weekdays') =>
  mergeSeries(
    all.map(([ticker]) => ticker),
    all.map(([, one]) => one),
    { tradingDays, exchangeOf },
  );

/** 2020-01-06 is a Monday. */
const weekdays = days('2020-01-06', 800).filter(isWeekday);

describe('mergeSeries', () => {
  it('keeps the days on which all trade: a share takes the weekends from BTC-USD', () => {
    const raw = merge([series('BTC-USD', days('2020-01-06', 800)), series('AAPL', weekdays)]);
    expect(raw.dates).toEqual(weekdays);
    expect(createPrices(raw, 'Yahoo Finance').notes).toEqual([]);
  });

  it('loses one exchange’s holiday for all', () => {
    const holiday = weekdays[100]!;
    const raw = merge([
      series('AAA', weekdays),
      series(
        'BBB',
        weekdays.filter((day) => day !== holiday),
      ),
    ]);
    expect(raw.dates).toEqual(weekdays.filter((day) => day !== holiday));
  });

  it('keeps a day without a price in the ticker’s own calendar as a gap to fill', () => {
    const closes = weekdays.map((_, t) => (t === 100 ? null : 100 + Math.sin(t)));
    const raw = merge([series('AAA', weekdays), series('BBB', weekdays, { closes })]);
    expect(raw.dates).toEqual(weekdays);
    expect(createPrices(raw, 'Yahoo Finance').notes).toEqual([
      `BBB: 1 missing close filled with the close before (first on ${weekdays[100]}).`,
    ]);
  });

  it('leaves the days before a late listing to the others', () => {
    const raw = merge([series('AAA', weekdays), series('NEW', weekdays.slice(50))]);
    expect(raw.dates).toEqual(weekdays);
    expect(createPrices(raw, 'Yahoo Finance').notes).toEqual([
      `NEW is listed from ${weekdays[50]}, so the history starts there.`,
    ]);
  });

  it('does not take a window that opens on a weekend for a late listing', () => {
    const raw = merge([series('BTC-USD', days('2020-01-04', 802)), series('AAPL', weekdays)]);
    expect(raw.dates[0]).toBe('2020-01-06');
    expect(createPrices(raw, 'Yahoo Finance').notes).toEqual([]);
  });

  it('ends where one has no price yet', () => {
    const closes = weekdays.map((_, t) => (t === weekdays.length - 1 ? null : 100 + Math.sin(t)));
    const raw = merge([series('AAA', weekdays), series('BBB', weekdays, { closes })]);
    expect(createPrices(raw, 'Yahoo Finance').prices.dates.at(-1)).toBe(weekdays.at(-2));
  });

  it('bears five days of absence, refuses six', () => {
    const without = (count: number) => weekdays.filter((_, t) => t < 100 || t >= 100 + count);
    expect(merge([series('AAA', weekdays), series('BBB', without(5))]).dates).toHaveLength(weekdays.length - 5);
    expect(() => merge([series('AAA', weekdays), series('BBB', without(6))])).toThrow(
      `BBB has no prices from ${weekdays[100]} to ${weekdays[105]}, 6 days on which others trade; at most 5 in a row may be missing.`,
    );
  });

  describe('bears longer absences that may be holidays', () => {
    const without = (...spans: (readonly [from: number, count: number])[]) =>
      weekdays.filter((_, t) => spans.every(([from, count]) => t < from || t >= from + count));
    const home = series('AAA', weekdays);

    it('of an exchange on which nothing else trades then, and says so', () => {
      const closed = without([100, 6]);
      const raw = merge([home, series('TYO.T', closed), series('OSA.T', closed)]);
      expect(raw.dates).toEqual(closed);
      expect(raw.notes).toEqual([
        `TYO.T, OSA.T have no price on 6 days in a row, ${weekdays[100]} to ${weekdays[105]}: taken for holidays, so these days are left out.`,
      ]);
    });

    it('and counts weekdays alone beside a coin', () => {
      const coin = series('^COIN', days('2020-01-06', 800));
      const raw = merge([coin, series('TYO.T', without([101, 8]))]);
      expect(raw.notes[0]).toContain(`8 days in a row, ${weekdays[101]} to ${weekdays[108]}`);
    });

    it('until ten days', () => {
      const ten = series('TYO.T', without([100, 10]));
      expect(merge([home, ten]).dates).toHaveLength(weekdays.length - 10);
      const eleven = series('TYO.T', without([100, 11]));
      expect(() => merge([home, eleven])).toThrow('11 days on which others trade; at most 10 in a row may be missing.');
    });

    it('but not when another of that exchange trades on one of the days, or nobody knows the exchange', () => {
      const all = [home, series('TYO.T', without([100, 6])), series('OSA.T', without([100, 5]))];
      expect(() => merge(all)).toThrow('TYO.T has no prices');
      expect(() => merge([home, series('^TYO', without([100, 6]))])).toThrow('at most 5 in a row may be missing.');
    });

    it('also at the end, where the history then ends', () => {
      const coin = series('^COIN', days('2020-01-06', 800));
      const last = weekdays.length - 9;
      const raw = merge([coin, series('TYO.T', weekdays.slice(0, last)), series('OSA.T', weekdays.slice(0, last))]);
      expect(raw.dates.at(-1)).toBe(weekdays[last - 1]);
      const note = (ticker: string) => `${ticker} has no price after ${weekdays[last - 1]}, so the history ends there.`;
      expect(raw.notes).toEqual([note('TYO.T'), note('OSA.T')]);
      expect(createPrices(raw, 'Yahoo Finance').notes).toEqual([]);
    });

    it('but not at the end where another of that exchange trades, or after ten days', () => {
      const ended = (count: number) => series('TYO.T', weekdays.slice(0, -count));
      const refused = 'TYO.T has no price after';
      const beside = merge([home, ended(6), series('OSA.T', weekdays)]);
      expect(() => createPrices(beside, 'Yahoo Finance')).toThrow(refused);
      expect(() => createPrices(merge([home, ended(11)]), 'Yahoo Finance')).toThrow(refused);
      expect(createPrices(merge([home, ended(10)]), 'Yahoo Finance').prices.dates.at(-1)).toBe(weekdays.at(-11));
    });

    it('and says each of a few, then how many more', () => {
      const spans = [100, 150, 200, 250, 300].map((from) => [from, 7] as const);
      const { notes } = merge([home, series('TYO.T', without(...spans))]);
      expect(notes).toHaveLength(4);
      expect(notes.at(-1)).toBe('2 more such periods were taken for holidays.');
    });
  });

  it('counts absences in trading days: weekends count only in a calendar that trades every day', () => {
    const all = days('2020-01-06', 60);
    const without = all.filter((_, t) => t < 10 || t >= 16); // Thursday to Tuesday
    const pair = [series('AAA', all), series('BBB', without)];
    expect(merge(pair, 'weekdays').dates).toHaveLength(54);
    expect(() => merge(pair, 'every day')).toThrow(
      `BBB has no prices from ${all[10]} to ${all[15]}, 6 days on which others trade`,
    );
  });

  it('leaves an empty series to be refused by name', () => {
    const raw = merge([series('AAA', weekdays), series('BBB', [])]);
    expect(() => createPrices(raw, 'Yahoo Finance')).toThrow('Yahoo Finance has no price at all for BBB.');
  });

  it('carries volumes and currencies', () => {
    const raw = merge([series('AAA', weekdays), series('OCDO.L', weekdays.slice(50), { currency: 'GBp' })]);
    expect(raw.currencies).toEqual(['USD', 'GBp']);
    expect(raw.volumes?.[0]).toEqual([1, 0]);
    expect(() => createPrices(raw, 'Yahoo Finance')).toThrow(
      'AAA is quoted in USD, OCDO.L in GBp: choose tickers in one currency.',
    );
  });
});

describe('splits that a vendor reports', () => {
  it('stay with their ticker', () => {
    const splits = [{ date: weekdays[10]!, ratio: 2 }];
    const raw = merge([series('AAA', weekdays), series('BBB', weekdays, { splits })]);
    expect(createPrices(raw, 'Yahoo Finance').prices.splits).toEqual([undefined, splits]);
  });

  it('are kept when newer days are fetched', () => {
    const [early, late] = [
      { date: weekdays[10]!, ratio: 2 },
      { date: weekdays[99]!, ratio: 0.1 },
    ];
    const [, stored] = series('AAA', weekdays.slice(0, 90), { splits: [early] });
    const [, fetched] = series('AAA', weekdays.slice(80, 100), { splits: [late] });
    expect(spliceSeries(stored, fetched, weekdays[80]!).splits).toEqual([early, late]);
  });
});
