import { describe, expect, it } from 'vitest';
import { describePrices } from '../../src/prices/describe.ts';
import { createPrices } from '../../src/prices/prices.ts';
import { loadSample } from '../../src/prices/vendors/sample.ts';
import { frozen, scaled, walks, withColumn } from '../support/quality-prices.ts';

const market = walks(['AAA', 'BBB', 'CCC']);
const loaded = (prices = market) => ({ prices, source: 'prices.csv', stale: false, notes: ['A note.'] });

describe('describePrices', () => {
  it('gives the span and what each asset did', () => {
    const description = describePrices(loadSample());
    expect(description).toMatchObject({
      source: 'sample market (synthetic)',
      stale: false,
      from: '2016-05-05',
      until: '2025-12-31',
      days: 2520,
      calendar: 'weekdays',
      notes: [],
    });
    expect(description.refusal).toBeUndefined();
    const { prices } = loadSample();
    const moves = prices.closes.slice(1).map((row, t) => row[4]! / prices.closes[t]![4]! - 1);
    const largest = moves.reduce((most, move) => (Math.abs(move) > Math.abs(most) ? move : most), 0);
    expect(description.assets[4]).toEqual({
      ticker: 'LEDGRA',
      sector: 'Financials',
      currency: 'USD',
      from: '2016-05-05',
      until: '2025-12-31',
      days: 2520,
      gaps: 0,
      stillDays: 0,
      longestStill: 0,
      jumps: [],
      largestMove: { date: prices.dates[moves.indexOf(largest) + 1], return: largest },
    });
  });

  it('counts the days and gaps that the source has of each asset', () => {
    const raw = {
      ...market,
      closes: market.closes.map((row, t) => [row[0], t < 20 ? undefined : row[1], t === 300 ? undefined : row[2]]),
    };
    const { dates } = market;
    const { assets } = describePrices({ ...loaded(), ...createPrices(raw, 'prices.csv') });
    expect(assets.map(({ from, days, gaps }) => [from, days, gaps])).toEqual([
      [dates[0], 620, 0],
      [dates[20], 600, 0],
      [dates[0], 619, 1],
    ]);
  });

  it('says what looks wrong, after what was done to the prices', () => {
    const prices = withColumn(market, 'CCC', frozen(100, 30));
    const { notes, assets } = describePrices(loaded(prices));
    expect(notes).toEqual(['A note.', expect.stringContaining('CCC does not move from')]);
    expect(assets[2]).toMatchObject({ stillDays: 30, longestStill: 30 });
  });

  it('carries the error of other commands, unless that is allowed', () => {
    const prices = withColumn(market, 'BBB', scaled(300, 10));
    const { refusal, assets } = describePrices(loaded(prices));
    expect(refusal?.code).toBe('quality.jumps');
    expect(assets[1]?.jumps).toEqual([{ date: market.dates[300], ratio: expect.closeTo(10, 0), kind: 'split' }]);
    expect(describePrices(loaded(prices), ['jumps']).refusal).toBeUndefined();
  });

  it('does not judge an index, which nothing buys', () => {
    const still = withColumn(market, 'CCC', frozen(500));
    const prices = { ...still, tickers: ['AAA', 'BBB', '^CCC'] };
    expect(describePrices(loaded(prices)).refusal).toBeUndefined();
  });
});
