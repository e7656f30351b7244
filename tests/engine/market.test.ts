import { describe, expect, it } from 'vitest';
import { splitMarket } from '../../src/engine/market.ts';
import { randomPrices } from '../support/random-prices.ts';

const named = (...tickers: string[]) => ({
  ...randomPrices({ days: 4, assets: tickers.length }),
  tickers,
  currencies: tickers.map(() => 'USD'),
});

describe('an index among the prices', () => {
  it('is what a backtest compares with, and no asset', () => {
    const prices = named('A', '^X', 'B');
    const { assets, index } = splitMarket(prices);
    expect(assets).toEqual({
      dates: prices.dates,
      tickers: ['A', 'B'],
      closes: prices.closes.map(([a, , b]) => [a, b]),
      currencies: ['USD', 'USD'],
    });
    expect(index).toEqual({ ticker: '^X', closes: prices.closes.map(([, x]) => x) });
  });

  it('is the first of several, none of which is an asset', () => {
    const { assets, index } = splitMarket(named('^X', 'A', '^Y', 'B'));
    expect([assets.tickers, index?.ticker]).toEqual([['A', 'B'], '^X']);
  });

  it('may be absent: all prices are of assets', () => {
    const prices = named('A', 'B');
    expect(splitMarket(prices)).toEqual({ assets: prices });
  });

  it('leaves at least two assets', () => {
    expect(() => splitMarket(named('A', '^X'))).toThrow('at least 2 assets beside indices');
  });
});
