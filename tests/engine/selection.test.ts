import { describe, expect, it } from 'vitest';
import { equalWeightBasket } from '../../src/engine/metrics.ts';
import { betasOf, type Candidate, selectAssets } from '../../src/engine/selection.ts';
import { randomPrices } from '../support/random-prices.ts';

const one = (ticker: string, sector: string | undefined, volume: number, beta: number): Candidate => ({
  ticker,
  sector,
  volume,
  beta,
});

const candidates = [
  one('A', 'tech', 9, 1.5),
  one('B', 'tech', 8, 1.4),
  one('C', 'tech', 7, 1.3),
  one('D', 'food', 3, 0.4),
  one('E', 'food', 2, 0.5),
  one('F', undefined, 6, 0.1),
  one('G', undefined, 1, 1.05),
];

const selected = (options: Partial<Parameters<typeof selectAssets>[1]>): string =>
  selectAssets(candidates, { top: 6, perSector: 2, rest: 'volume', ...options })
    .map(({ ticker, by }) => `${ticker} ${by}`)
    .join(', ');

describe('a selection of assets', () => {
  it('begins with the most traded of the most active sectors', () => {
    expect(selected({})).toBe('A sector, B sector, D sector, E sector, C volume, F volume');
    expect(selected({ top: 3 })).toBe('A sector, B sector, D sector');
  });

  it('is filled by volume, or by a beta near 1', () => {
    expect(selected({ perSector: 0, top: 3 })).toBe('A volume, B volume, C volume');
    expect(selected({ perSector: 1, rest: 'beta', top: 4 })).toBe('A sector, D sector, G beta, C beta');
  });

  it('takes no more than five sectors first, and no more assets than there are', () => {
    const many = Array.from({ length: 7 }, (_, at) => one(`T${at}`, `s${at}`, at, 1));
    const chosen = selectAssets(many, { top: 9, perSector: 1, rest: 'volume' });
    expect(chosen.filter(({ by }) => by === 'sector').map(({ ticker }) => ticker)).toEqual([
      'T6',
      'T5',
      'T4',
      'T3',
      'T2',
    ]);
    expect(chosen).toHaveLength(7);
  });
});

describe('beta', () => {
  it('is 1 for the market itself, twice as much for what moves twice as far, and 1 on average over equal weights', () => {
    const prices = randomPrices({ assets: 2, days: 600 });
    const market = prices.closes.map(([first]) => first!);
    const double = [10];
    for (const [t, close] of market.slice(1).entries()) double.push(double[t]! * (1 + 2 * (close / market[t]! - 1)));
    const beside = { ...prices, closes: prices.closes.map((row, t) => [row[0]!, double[t]!]) };
    expect(betasOf(beside, market)).toEqual([expect.closeTo(1, 9), expect.closeTo(2, 9)]);
    const [a, b] = betasOf(prices, equalWeightBasket(prices.closes));
    expect((a! + b!) / 2).toBeCloseTo(1, 9);
  });
});
