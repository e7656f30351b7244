import { describe, expect, it } from 'vitest';
import type { RawPrices } from '../../src/prices/raw-prices.ts';
import { periodCloses, type Frequency } from '../../src/engine/periods.ts';
import { createSeries } from '../../src/prices/series.ts';
import { weekdayBars } from '../support/vendor.ts';

// Monday 2 January 2023 to Wednesday 8 March 2023, as 48 weekdays.
const days = weekdayBars('2023-01-02', 48).map(([day]) => day);

const raw = (over: Partial<RawPrices> = {}): RawPrices => ({
  dates: days,
  tickers: ['A', 'B'],
  closes: days.map((_, t) => [100 + t, 50 + t]),
  ...over,
});

const one = (span: object, dates = days) =>
  createSeries({ dates, tickers: ['A'], closes: dates.map((_, t) => [100 + t]) }, span, 'p.csv');

const blank = (rows: readonly number[], j: number): RawPrices =>
  raw({ closes: days.map((_, t) => [0, 1].map((k) => (k === j && rows.includes(t) ? undefined : 100 + t))) });

describe('a series', () => {
  it('may be of one ticker and a few days, and may stand still', () => {
    const still = { dates: days.slice(0, 2), tickers: ['A'], closes: [[7], [7]] };
    expect(createSeries(still, {}, 'p.csv')).toEqual({ ...still, notes: [] });
    expect(() => createSeries({ ...still, dates: ['2023-01-02'], closes: [[7]] }, {}, 'p.csv')).toThrow(
      'at least 2 days',
    );
    expect(() => createSeries({ ...still, tickers: [], closes: [[], []] }, {}, 'p.csv')).toThrow('1 to 500 assets');
  });

  it('holds its span, both ends included, and knows the day after', () => {
    const series = one({ from: '2023-01-04', until: '2023-01-08' });
    expect(series).toMatchObject({ dates: ['2023-01-04', '2023-01-05', '2023-01-06'], next: '2023-01-09' });
    expect(series.closes).toEqual([[102], [103], [104]]);
  });

  it('is judged by its span alone: a late listing or a long gap outside of it says nothing', () => {
    const gap = blank([0, 1, 2, 3, 4, 5, 6, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30], 1);
    expect(createSeries(gap, { from: days[8], until: days[18] }, 'p.csv')).toMatchObject({
      dates: days.slice(8, 19),
      notes: [],
    });
    expect(() => createSeries(gap, { from: days[8], until: days[33] }, 'p.csv')).toThrow(
      'no price on 11 days in a row',
    );
  });

  it('does not invent the last close of a ticker that has none', () => {
    const series = createSeries(blank([47], 1), {}, 'p.csv');
    expect(series).toMatchObject({ dates: days.slice(0, 47), next: days[47] });
    expect(series.notes[0]).toContain('B has no price after');
  });

  it.each([
    [{ from: '2024-01-01' }, 'from', 'p.csv goes from 2023-01-02 to 2023-03-08: no day of it lies in the span'],
    [{ from: '2023-02-01', until: '2023-01-31' }, 'from', 'no day of it lies in the span'],
    [{ until: '2023-01-06' }, 'tickers', 'p.csv has no price of B from 2023-01-02 to 2023-01-06'],
  ])('refuses the span %j', (span, option, sentence) => {
    const late = blank([0, 1, 2, 3, 4, 5, 6], 1);
    expect(() => createSeries(late, span, 'p.csv')).toThrow(
      expect.objectContaining({ option, message: expect.stringContaining(sentence) }),
    );
  });
});

const ends = (frequency: Frequency, span: object, dates = days) => periodCloses(one(span, dates), frequency).dates;

describe("the closes at periods' ends", () => {
  it('are all closes of a daily series', () => {
    expect(ends('daily', {})).toEqual(days);
  });

  it("are those of each week's last trading day, and leave out a week that goes on", () => {
    const span = { from: '2023-01-06', until: '2023-01-25' };
    expect(ends('weekly', span)).toEqual(['2023-01-06', '2023-01-13', '2023-01-20']);
    expect(periodCloses(one(span), 'weekly').closes).toEqual([[104], [109], [114]]);
  });

  it('are those of the last day before a holiday', () => {
    const withoutFriday = days.filter((day) => day !== '2023-01-13');
    expect(ends('weekly', { until: '2023-01-12' }, withoutFriday)).toEqual(['2023-01-06', '2023-01-12']);
  });

  it('are ISO weeks: a new year does not end one', () => {
    const turn = ['2024-12-27', '2024-12-30', '2024-12-31', '2025-01-02', '2025-01-03', '2025-01-06'];
    expect(ends('weekly', {}, turn)).toEqual(['2024-12-27', '2025-01-03']);
  });

  it("are those of each month's last trading day", () => {
    expect(ends('monthly', { until: '2023-03-01' })).toEqual(['2023-01-31', '2023-02-28']);
  });

  it('at the end of the file are those of periods that are over', () => {
    expect(ends('weekly', {}).at(-1)).toBe('2023-03-03');
    const everyDay = Array.from({ length: 20 }, (_, t) => `2023-01-${String(t + 8).padStart(2, '0')}`);
    expect(everyDay.at(-1)).toBe('2023-01-27'); // a Friday
    expect(ends('weekly', {}, everyDay)).toEqual(['2023-01-08', '2023-01-15', '2023-01-22']);
    expect(ends('weekly', {}, everyDay.slice(0, 15)).at(-1)).toBe('2023-01-22');
    expect(ends('weekly', {}, days.slice(0, 10)).at(-1)).toBe('2023-01-13');
    expect(ends('monthly', {}, days.slice(0, 42)).at(-1)).toBe('2023-02-28');
    expect(ends('monthly', {}, days.slice(0, 41)).at(-1)).toBe('2023-01-31');
  });
});
