import { describe, expect, it } from 'vitest';
import { onCommonDays } from '../../src/prices/common-calendar.ts';

const day = (t: number): string => new Date(Date.UTC(2021, 0, 4 + t)).toISOString().slice(0, 10);
const weekdayOf = (t: number): number => new Date(day(t)).getUTCDay();
const isWeekday = (t: number): boolean => weekdayOf(t) % 6 !== 0;

/** @param tradesOn for each asset, whether it has a price on day t */
const market = (days: number, ...tradesOn: ((t: number) => boolean)[]) => ({
  dates: Array.from({ length: days }, (_, t) => day(t)),
  tickers: tradesOn.map((_, j) => `T${j}`),
  closes: Array.from({ length: days }, (_, t) => tradesOn.map((trades) => (trades(t) ? 100 + t : undefined))),
});

describe('onCommonDays', () => {
  it('leaves weekends out where shares stand beside a coin, and says so', () => {
    const { raw, notes } = onCommonDays(market(70, isWeekday, () => true));
    expect(raw.dates).toEqual(
      Array.from({ length: 70 }, (_, t) => t)
        .filter(isWeekday)
        .map(day),
    );
    expect(notes).toEqual(['T1 also trades on days when others do not: only the days of all are used.']);
  });

  it('leaves Fridays and Sundays out where weeks begin on different days', () => {
    const { raw } = onCommonDays(market(138, isWeekday, (t) => weekdayOf(t) < 5));
    expect(new Set(raw.dates.map((date) => new Date(date).getUTCDay()))).toEqual(new Set([1, 2, 3, 4]));
  });

  it('leaves out holidays of all shares, on which only the coin has a price', () => {
    const { raw } = onCommonDays(
      market(
        70,
        (t) => isWeekday(t) && t !== 30,
        (t) => isWeekday(t) && t !== 30,
        () => true,
      ),
    );
    expect(raw.dates).not.toContain(day(30));
    expect(raw.closes.every((row) => row.every((close) => close !== undefined))).toBe(true);
  });

  it('keeps a long hole in the prices of shares, which is no holiday', () => {
    const { raw } = onCommonDays(
      market(
        140,
        (t) => isWeekday(t) && !(t >= 42 && t < 63),
        () => true,
      ),
    );
    expect(raw.closes.filter(([share]) => share === undefined)).toHaveLength(15);
  });

  it('keeps blanks on days when an asset usually trades', () => {
    const given = market(70, isWeekday, (t) => isWeekday(t) && t !== 30);
    const closes = given.closes.filter((_, t) => isWeekday(t));
    const traded = { ...given, dates: given.dates.filter((_, t) => isWeekday(t)), closes };
    expect(onCommonDays(traded)).toEqual({ raw: traded, notes: [] });
  });

  it('uses a weekend on which only the early asset was listed', () => {
    const { raw } = onCommonDays(
      market(
        70,
        (t) => t >= 28 && isWeekday(t),
        () => true,
      ),
    );
    expect(raw.dates.filter((date) => date < day(28))).toHaveLength(28);
  });
});
