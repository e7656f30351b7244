import { describe, expect, it } from 'vitest';
import { findJumps as findJumpsOf, type JumpKind } from '../../../src/engine/quality/jumps.ts';
import { columnOf } from '../../../src/engine/quality/still-runs.ts';
import type { Prices } from '../../../src/engine/types.ts';
import { readPricesCsv } from '../../../src/prices/vendors/csv.ts';
import { scaled, walks, withColumn } from '../../support/quality-prices.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';

const ROW = 300;
const market = walks(['AAA', 'BBB', 'CCC', 'DDD']);

const findJumps = (prices: Prices) =>
  findJumpsOf(
    prices,
    prices.tickers.map((_, j) => columnOf(prices, j)),
  );

/** The kinds of BBB's jumps when its closes are multiplied from ROW on, with no move of its own that day. */
function kindsOf(factor: number, days = Infinity): JumpKind[] {
  const exact = withColumn(market, 'BBB', (close, t, before) => (t === ROW ? before[ROW - 1]! : close));
  const jumped = withColumn(exact, 'BBB', (close, t) => (t >= ROW && t < ROW + days ? close * factor : close));
  return findJumps(jumped)[1]!.map(({ kind }) => kind);
}

const fallen = (close: number, t: number) => (t === ROW ? close * 0.7 : close);

describe('findJumps', () => {
  it('finds none in a market without any', () => {
    expect(findJumps(market)).toEqual([[], [], [], []]);
  });

  it.each([2, 3, 4, 5, 7, 8, 10, 15, 20, 25])('takes 1:%d and its reverse for splits', (ratio) => {
    expect([kindsOf(1 / ratio), kindsOf(ratio)]).toEqual([['split'], ['split']]);
  });

  it.each([
    [3, 2],
    [4, 3],
    [5, 4],
  ])('takes %d:%d and its reverse for what may be a split', (now, before) => {
    expect([kindsOf(before / now), kindsOf(now / before)]).toEqual([['possible-split'], ['possible-split']]);
  });

  it('knows a change of unit, for good or for a day, with that day’s move', () => {
    expect([kindsOf(100), kindsOf(0.01), kindsOf(97), kindsOf(1 / 103)]).toEqual([
      ['hundredfold'],
      ['hundredfold'],
      ['hundredfold'],
      ['hundredfold'],
    ]);
    expect(kindsOf(100, 1)).toEqual(['spike']);
  });

  it.each([1.3, 0.6, 5, 0.1])('takes × %d for a spike when the next day takes it back', (factor) => {
    expect(kindsOf(factor, 1)).toEqual(['spike']);
  });

  it('says of another large move only that it is large', () => {
    expect([kindsOf(1.8), kindsOf(0.55), kindsOf(0.7), kindsOf(0.89)]).toEqual([['large'], ['large'], ['large'], []]);
  });

  it('gives the day and the ratio', () => {
    const [, jumps] = findJumps(withColumn(market, 'BBB', scaled(ROW, 10)));
    const own = market.closes[ROW]![1]! / market.closes[ROW - 1]![1]!;
    expect(jumps).toEqual([{ date: market.dates[ROW], ratio: expect.closeTo(10 * own, 9), kind: 'split' }]);
  });

  it('judges by what is usual for the column, always and in those weeks', () => {
    const coin = walks(['AAA', 'BBB', 'CCC'], 620, 0.15);
    expect(findJumps(coin)).toEqual([[], [], []]);
    // The same moves as a jump in quiet weeks are usual in these.
    const crisis = walks(['AAA', 'BBB', 'CCC'], 60, 0.06).closes;
    const closes = market.closes.map((row, t) =>
      row.slice(0, 3).map((close, j) => (close * (crisis[Math.min(Math.max(t - ROW, 0), 59)]![j] ?? 1)) / 100),
    );
    expect(findJumps({ ...market, tickers: ['AAA', 'BBB', 'CCC'], closes }).flat()).toEqual([]);
  });

  it.each([2, 3, 4, 5, 10])('does not refuse a move near 1:%d that the day may have made, but says it', (ratio) => {
    expect([kindsOf(1.02 / ratio), kindsOf(ratio / 1.02)]).toEqual([['possible-split'], ['possible-split']]);
  });

  it('believes in no usual move of a hundred times, however often it comes', () => {
    const flips = withColumn(market, 'BBB', (close, t) => (t % 2 === 0 ? close : 100 * close));
    expect(new Set(findJumps(flips)[1]!.map(({ kind }) => kind))).toEqual(new Set(['hundredfold']));
  });

  it.each([2, 3, 4])('takes the halving of a market of %d assets for one', (assets) => {
    const few = walks(['AAA', 'BBB', 'CCC', 'DDD'].slice(0, assets));
    const halved = { ...few, closes: few.closes.map((row, t) => (t < ROW ? row : row.map((close) => close / 2))) };
    expect(findJumps(halved).flat()).toEqual([]);
  });

  it('takes no fall for a split or a spike when the others fall too', () => {
    const all = market.tickers.reduce((prices, ticker) => withColumn(prices, ticker, fallen), market);
    expect(findJumps(all)).toEqual([[], [], [], []]);
  });

  it('believes a vendor that reports splits', () => {
    const halved = withColumn(market, 'BBB', scaled(ROW, 0.5 * 1.04));
    const date = market.dates[ROW]!;
    const withSplits = (splits: { date: string; ratio: number }[]) =>
      findJumps({ ...halved, splits: [undefined, splits, undefined, undefined] })[1]!.map(({ kind }) => kind);
    expect(withSplits([{ date, ratio: 2 }])).toEqual(['split']);
    expect(withSplits([])).toEqual(['large']);
    expect(withSplits([{ date: market.dates[10]!, ratio: 2 }])).toEqual(['large']);
  });
});

describeShared('real prices', () => {
  it.each([
    'study12_ixic_2010_2024.csv',
    'us20_skfolio_1990_2022.csv',
    'etf14_2010_2018.csv',
    'crypto_bybit_majors20_close_2020_2025.csv',
  ])('pass, with their crashes: %s', async (file) => {
    const { prices } = await readPricesCsv(sharedFile(`data/prices/${file}`));
    const kinds = findJumps(prices)
      .flat()
      .map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'large' && kind !== 'possible-split')).toEqual([]);
  });

  it('include the fall of NFLX by 35 %, which is worth a word', async () => {
    const { prices } = await readPricesCsv(sharedFile('data/prices/study12_ixic_2010_2024.csv'));
    const jumps = findJumps(prices)[prices.tickers.indexOf('NFLX')]!;
    expect(jumps.map(({ date }) => date)).toContain('2022-04-20');
  });
});
