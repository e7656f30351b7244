import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { createPrices, type PriceOptions } from '../../src/prices/prices.ts';
import type { RawPrices } from '../../src/prices/raw-prices.ts';

type Cells = (number | undefined)[][];

const dayAt = (t: number): string => new Date(Date.UTC(2020, 0, 1) + t * 86_400_000).toISOString().slice(0, 10);
const priceAt = (t: number, j: number): number => 100 + 10 * Math.sin(t + j);

const rawMarket = (days = 510, tickers = ['AAA', 'BBB', 'CCC']): RawPrices & { closes: Cells; dates: string[] } => ({
  dates: Array.from({ length: days }, (_, t) => dayAt(t)),
  tickers,
  closes: Array.from({ length: days }, (_, t) => tickers.map((_ticker, j) => priceAt(t, j))),
});

const inFile = (raw: RawPrices): RawPrices => ({ ...raw, rowOf: (t) => t + 2 });

const errorOf = (raw: RawPrices, options: PriceOptions = {}): string => {
  try {
    createPrices(raw, 'prices.csv', options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.option).toBe('prices');
    return error.message;
  }
  return 'no error';
};

const withCell = (t: number, j: number, value: number | undefined): RawPrices => {
  const raw = rawMarket();
  raw.closes[t]![j] = value;
  return inFile(raw);
};

const withBlanks = (j: number, from: number, count: number, days = 510): RawPrices => {
  const raw = rawMarket(days);
  for (let t = from; t < from + count; t++) raw.closes[t]![j] = undefined;
  return inFile(raw);
};

describe('createPrices', () => {
  it('keeps what is complete, with what belongs to it', () => {
    const raw = { ...rawMarket(500), currencies: ['USD', 'USD', 'USD'], sectors: ['a', 'b', 'c'] };
    const { prices, notes } = createPrices({ ...raw, volumes: raw.closes.map(() => [1, 2, 3]) }, 'prices.csv');
    expect(notes).toEqual([]);
    expect(prices).toEqual({ ...raw, volumes: raw.closes.map(() => [1, 2, 3]) });
  });

  it('freezes all of it', () => {
    const raw = rawMarket();
    const { prices } = createPrices(raw, 'prices.csv');
    for (const part of [prices, prices.dates, prices.tickers, prices.closes, prices.closes[7]])
      expect(Object.isFrozen(part)).toBe(true);
    raw.closes[7]![0] = -1;
    expect(prices.closes[7]![0]).toBe(priceAt(7, 0));
  });

  it('fills up to five blanks with the close before and says so', () => {
    const { prices, notes } = createPrices(withBlanks(1, 100, 5), 'prices.csv');
    expect(prices.closes.slice(99, 106).map((row) => row[1])).toEqual([
      ...Array<number>(6).fill(priceAt(99, 1)),
      priceAt(105, 1),
    ]);
    expect(notes).toEqual([`BBB: 5 missing closes filled with the close before (first on ${dayAt(100)}).`]);
  });

  it.each([6, 10])('takes %d blanks in a row of a file for holidays of another exchange, and says so', (count) => {
    const { prices, notes } = createPrices(withBlanks(1, 100, count), 'prices.csv', { hasHolidays: true });
    expect(prices.closes[99 + count]![1]).toBe(priceAt(99, 1));
    expect(notes).toEqual([
      `BBB has no price on ${count} days in a row, ${dayAt(100)} to ${dayAt(99 + count)}: taken for holidays, so the close before was used.`,
    ]);
  });

  it('refuses a longer gap, naming ticker, line, first and last day', () => {
    expect(errorOf(withBlanks(1, 100, 11), { hasHolidays: true })).toBe(
      `prices.csv, line 102 (${dayAt(100)}), BBB: no price on 11 days in a row, ${dayAt(100)} to ${dayAt(110)}; at most 10 are filled.`,
    );
  });

  it('refuses six blanks of a vendor, who lists no holidays', () => {
    expect(errorOf(withBlanks(1, 100, 6))).toMatch(/BBB: no price on 6 days in a row.*; at most 5 are filled\.$/);
  });

  it('lets a late listing shorten the history', () => {
    const { prices, notes } = createPrices(withBlanks(2, 0, 10), 'prices.csv');
    expect(prices.dates[0]).toBe(dayAt(10));
    expect(prices.closes).toHaveLength(500);
    expect(notes).toEqual([`CCC is listed from ${dayAt(10)}, so the history starts there.`]);
  });

  it('looks at gaps only from the common start on', () => {
    const raw = rawMarket(600);
    for (let t = 0; t < 50; t++) raw.closes[t]![2] = undefined;
    for (let t = 20; t < 40; t++) raw.closes[t]![0] = undefined;
    expect(createPrices(raw, 'prices.csv').prices.dates[0]).toBe(dayAt(50));
  });

  it('fills the common start from before it', () => {
    const raw = rawMarket(600);
    for (let t = 0; t < 50; t++) raw.closes[t]![2] = undefined;
    raw.closes[50]![0] = undefined;
    expect(createPrices(raw, 'prices.csv').prices.closes[0]![0]).toBe(priceAt(49, 0));
  });

  it('drops up to five last rows that not all have, rather than invent a price', () => {
    const { prices, notes } = createPrices(withBlanks(0, 505, 5), 'prices.csv');
    expect(prices.dates.at(-1)).toBe(dayAt(504));
    expect(notes).toEqual([`AAA has no price after ${dayAt(504)}, so the history ends there.`]);
  });

  it('refuses a ticker that stopped earlier', () => {
    expect(errorOf(withBlanks(0, 504, 6))).toBe(
      `prices.csv: AAA has no price after ${dayAt(503)}, 6 days before the last (${dayAt(509)}); leave out what is no longer traded.`,
    );
  });

  it('sets volumes aside with the rows they belong to', () => {
    const raw = withBlanks(2, 0, 10);
    const { prices } = createPrices({ ...raw, volumes: raw.closes.map((_, t) => [t, t, t]) }, 'prices.csv');
    expect(prices.volumes![0]).toEqual([10, 10, 10]);
    expect(prices.volumes).toHaveLength(prices.dates.length);
  });

  it('leaves out rows without any price, such as the weekends of shares in a file that has coins too', () => {
    const raw = rawMarket(520);
    for (const t of [0, 50, 51, 519]) raw.closes[t] = [undefined, undefined, undefined];
    raw.closes[60]![0] = -1;
    expect(errorOf(inFile(raw))).toMatch(/^prices\.csv, line 62 /);
    raw.closes[60]![0] = undefined;
    const { prices, notes } = createPrices(inFile(raw), 'prices.csv');
    expect(prices.dates).toEqual(raw.dates.filter((_, t) => ![0, 50, 51, 519].includes(t)));
    expect(notes).toEqual([`AAA: 1 missing close filled with the close before (first on ${dayAt(60)}).`]);
    for (let t = 60; t < 71; t++) raw.closes[t]![0] = undefined;
    expect(errorOf(inFile(raw))).toMatch(/^prices\.csv, line 62 /);
  });

  it('names at most a few gaps', () => {
    const raw = rawMarket(510, ['A', 'B', 'C', 'D', 'E', 'F']);
    for (let j = 0; j < 6; j++) raw.closes[100 + j]![j] = undefined;
    const { notes } = createPrices(raw, 'prices.csv');
    expect(notes).toHaveLength(4);
    expect(notes[3]).toBe('3 more tickers had missing closes, filled in the same way.');
  });

  it.each([
    [1, 'prices.csv: expected 2 to 500 assets, got 1.'],
    [501, 'prices.csv: expected 2 to 500 assets, got 501.'],
  ])('refuses %i assets', (count, message) => {
    expect(
      errorOf(
        rawMarket(
          510,
          Array.from({ length: count }, (_, j) => `T${j}`),
        ),
      ),
    ).toBe(message);
  });

  it('accepts 2 assets and 500 days, refuses 499', () => {
    expect(createPrices(rawMarket(500, ['A', 'B']), 'prices.csv').prices.dates).toHaveLength(500);
    expect(errorOf(rawMarket(499))).toBe(
      'prices.csv: expected at least 500 days on which every ticker has a price, got 499.',
    );
  });

  it('says which listing leaves too few days', () => {
    expect(errorOf(withBlanks(2, 0, 11))).toBe(
      `prices.csv: expected at least 500 days on which every ticker has a price, got 499; CCC is listed from ${dayAt(11)}, so the history starts there.`,
    );
  });

  it.each([
    [
      'a duplicate ticker',
      rawMarket(510, ['A', 'B', 'A']),
      'prices.csv has A more than once; each name may come only once.',
    ],
    [
      'a column without a name',
      rawMarket(510, ['A', ' ', 'C']),
      'prices.csv: price column 2 has no ticker; name every column.',
    ],
    [
      'a zero',
      withCell(7, 1, 0),
      `prices.csv, line 9 (${dayAt(7)}), BBB: expected a price above zero, got 0; leave the cell blank if there was none.`,
    ],
    [
      'a negative price',
      withCell(7, 1, -3),
      `prices.csv, line 9 (${dayAt(7)}), BBB: expected a price above zero, got -3; leave the cell blank if there was none.`,
    ],
    [
      'NaN',
      withCell(7, 1, NaN),
      `prices.csv, line 9 (${dayAt(7)}), BBB: expected a price above zero, got NaN; leave the cell blank if there was none.`,
    ],
    [
      'an infinite price',
      withCell(7, 1, Infinity),
      `prices.csv, line 9 (${dayAt(7)}), BBB: expected a price above zero, got Infinity; leave the cell blank if there was none.`,
    ],
    ['no price at all', withBlanks(1, 0, 510), 'prices.csv has no price at all for BBB.'],
  ])('refuses %s', (_what, raw, message) => {
    expect(errorOf(raw)).toBe(message);
  });

  it.each([
    ['a day twice', 10, dayAt(9), `prices.csv, line 12: ${dayAt(9)} comes a second time; each day may come only once.`],
    [
      'unsorted days',
      10,
      '2019-05-05',
      `prices.csv, line 12: 2019-05-05 comes after ${dayAt(9)}; sort the rows by date, oldest first.`,
    ],
    [
      'a day that does not exist',
      10,
      '2023-02-29',
      'prices.csv, line 12: expected a day as YYYY-MM-DD, got "2023-02-29".',
    ],
    [
      'another way to write days',
      10,
      '11/01/2020',
      'prices.csv, line 12: expected a day as YYYY-MM-DD, got "11/01/2020".',
    ],
  ])('refuses %s', (_what, t, date, message) => {
    const raw = rawMarket();
    raw.dates[t] = date;
    expect(errorOf(inFile(raw))).toBe(message);
  });

  it('refuses a row of another length', () => {
    const raw = rawMarket();
    raw.closes[3] = [1, 2];
    expect(errorOf(raw)).toBe(`prices.csv, ${dayAt(3)}: expected 3 prices, one per ticker, got 2.`);
  });

  it('refuses a price that never moves', () => {
    const raw = rawMarket();
    for (const row of raw.closes) row[1] = 50;
    expect(errorOf(raw)).toBe('prices.csv: the price of BBB is the same on all 510 days; leave it out.');
  });

  it('refuses mixed currencies by name', () => {
    expect(errorOf({ ...rawMarket(), currencies: ['USD', 'GBp', 'USD'] })).toBe(
      'AAA, CCC are quoted in USD, BBB in GBp: choose tickers in one currency.',
    );
  });

  it('says nothing of currencies unless all are known', () => {
    const { prices } = createPrices({ ...rawMarket(), currencies: ['USD', undefined, 'USD'] }, 'prices.csv');
    expect(prices.currencies).toBeUndefined();
  });

  it('blames the option it is given', () => {
    expect(() => createPrices(rawMarket(10), 'Yahoo Finance', { option: 'tickers' })).toThrow(
      expect.objectContaining({ option: 'tickers' }),
    );
  });
});

describe('an index', () => {
  const market = rawMarket(510, ['AAA', 'BBB', '^IDX']);
  const withIndex = (index: (t: number) => number | undefined) =>
    createPrices({ ...market, closes: market.closes.map((row, t) => [row[0], row[1], index(t)]) }, 'prices.csv');

  it('stays where it has prices of the assets’ days', () => {
    expect(withIndex((t) => 100 + (t % 7)).prices.tickers).toEqual(['AAA', 'BBB', '^IDX']);
    expect(withIndex(() => 100).prices.tickers).toEqual(['AAA', 'BBB', '^IDX']);
  });

  it.each<[string, (t: number) => number | undefined]>([
    ['listed late', (t) => (t < 200 ? undefined : 100 + (t % 7))],
    ['ended early', (t) => (t > 300 ? undefined : 100 + (t % 7))],
    ['with a hole', (t) => (t > 200 && t < 240 ? undefined : 100 + (t % 7))],
  ])('does not stand in the way of the assets: %s', (_what, index) => {
    const { prices, notes } = withIndex(index);
    expect([prices.tickers, prices.dates.length]).toEqual([['AAA', 'BBB'], 510]);
    expect(notes).toEqual(['^IDX has no prices of all these days and is left out.']);
  });
});

it('that end before the first day are said to, not to be of none', () => {
  const nothing = { dates: [], tickers: ['AAA', 'BBB'], closes: [] };
  expect(() => createPrices(nothing, 'prices.csv', { until: '1999-01-01' })).toThrow(
    'prices.csv has no price on or before 1999-01-01: take a later day.',
  );
});
