import { describe, expect, it } from 'vitest';
import { describePrices } from '../../src/prices/describe.ts';
import { createPrices } from '../../src/prices/prices.ts';
import { loadSample } from '../../src/prices/vendors/sample.ts';

describe('describePrices', () => {
  it('gives the span and what each ticker did', () => {
    const description = describePrices(loadSample());
    expect(description).toMatchObject({
      source: 'sample market (synthetic)',
      stale: false,
      from: '2016-05-05',
      until: '2025-12-31',
      days: 2520,
      flaws: [],
    });
    const { prices } = loadSample();
    const moves = prices.closes.slice(1).map((row, t) => row[4]! / prices.closes[t]![4]! - 1);
    const largest = moves.reduce((most, move) => (Math.abs(move) > Math.abs(most) ? move : most), 0);
    expect(description.tickers[4]).toEqual({
      ticker: 'LEDGRA',
      currency: 'USD',
      largestMove: { date: prices.dates[moves.indexOf(largest) + 1], return: largest },
      stillDays: 0,
    });
  });

  it('says what looks wrong', () => {
    const dates = Array.from({ length: 500 }, (_, t) =>
      new Date(Date.UTC(2020, 0, 1) + t * 86_400_000).toISOString().slice(0, 10),
    );
    const closes = dates.map((_, t) => [t < 250 ? 100 + (t % 10) : 50 + (t % 10), t % 5 === 0 ? 10 : 11, 100 + t]);
    const { prices } = createPrices({ dates, tickers: ['SPLIT', 'COARSE', 'FINE'], closes }, 'prices.csv');
    const { flaws } = describePrices({ prices, source: 'prices.csv', stale: false, notes: ['A note.'] });
    expect(flaws).toEqual([
      'A note.',
      `SPLIT moves by \u221254% on ${dates[250]}: check that its prices are adjusted for splits.`,
      'COARSE does not move on 60% of days: coarse or seldom traded prices.',
    ]);
  });
});
