import { describe, expect, it } from 'vitest';
import { dailyReturns, historyUntil, MIN_DAYS, prefixHashes, pricesHash } from '../../src/engine/history.ts';
import { UserError } from '../../src/errors.ts';
import { changedFrom, randomPrices } from '../support/random-prices.ts';

const prices = {
  ...randomPrices({ days: 600 }),
  volumes: randomPrices({ days: 600 }).closes,
  currencies: ['USD', 'USD', 'USD'],
};

describe('historyUntil', () => {
  it('serves all prices without a date', () => {
    const history = historyUntil(prices);
    expect(history.prices).toEqual(prices);
    expect(history.until).toBe(prices.dates[599]);
  });

  it('serves no later row, and nothing through which one could be reached', () => {
    const history = historyUntil(prices, prices.dates[549]);
    expect(history.until).toBe(prices.dates[549]);
    expect(history.prices.dates).toEqual(prices.dates.slice(0, 550));
    expect(history.prices.closes).toHaveLength(550);
    expect(history.prices.volumes).toHaveLength(550);
    expect(history.prices.currencies).toEqual(prices.currencies);
    expect(JSON.stringify(history)).not.toContain(prices.dates[550]);
    expect(Object.isFrozen(history) && Object.isFrozen(history.prices) && Object.isFrozen(history.prices.closes)).toBe(
      true,
    );
  });

  it('ends on the last day that has a price', () => {
    const gap = { ...prices, dates: prices.dates.map((date, t) => (t > 559 ? date.replace(/^20/, '21') : date)) };
    expect(historyUntil(gap, '2050-06-30').until).toBe(prices.dates[559]);
    expect(historyUntil(prices, '2050-06-30').until).toBe(prices.dates[599]);
  });

  it('takes the smallest history there may be, and refuses one day less', () => {
    expect(historyUntil(prices, prices.dates[MIN_DAYS - 1]).prices.dates).toHaveLength(MIN_DAYS);
    expect(() => historyUntil(prices, prices.dates[MIN_DAYS - 2])).toThrow(/at least 500 days.*there are 499/);
  });

  it.each(['2010-01-01', '2016-02-30', '2016-2-3', 'yesterday', ''])('blames as-of for "%s"', (until) => {
    const refuse = () => historyUntil(prices, until);
    expect(refuse).toThrow(UserError);
    expect(refuse).toThrow(expect.objectContaining({ option: 'as-of' }));
  });
});

describe('pricesHash', () => {
  it('changes with a close, a date and a ticker, and with nothing else', () => {
    const hash = pricesHash(prices);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(pricesHash(structuredClone(prices))).toBe(hash);
    expect(pricesHash({ ...prices, volumes: [] })).toBe(hash);
    expect(pricesHash(changedFrom(prices, 599))).not.toBe(hash);
    expect(pricesHash({ ...prices, tickers: ['T0', 'T1', 'X'] })).not.toBe(hash);
    expect(pricesHash({ ...prices, dates: [...prices.dates.slice(0, -1), '2050-01-01'] })).not.toBe(hash);
  });

  it('of a window sees its rows only', () => {
    const window = { until: prices.dates[549]!, days: 100 };
    const hash = pricesHash(prices, window);
    expect(pricesHash(changedFrom(prices, 550), window)).toBe(hash);
    expect(pricesHash(changedFrom(prices, 549), window)).not.toBe(hash);
    expect(pricesHash(historyUntil(prices, window.until).prices, window)).toBe(hash);
    const rows = { dates: prices.dates.slice(450, 550), closes: prices.closes.slice(450, 550) };
    expect(pricesHash({ tickers: prices.tickers, ...rows })).toBe(hash);
  });
});

describe('prefixHashes', () => {
  const rows = [499, 520, 599];

  it('distinguishes prices up to a row, and ignores later ones', () => {
    const hashes = prefixHashes(prices, rows);
    expect(new Set(hashes).size).toBe(3);
    expect(prefixHashes(changedFrom(prices, 521), rows)).toEqual([
      ...hashes.slice(0, 2),
      expect.not.stringMatching(hashes[2]!),
    ]);
    expect(prefixHashes(changedFrom(prices, 520), rows)[1]).not.toBe(hashes[1]);
    expect(prefixHashes(prices, [599])).toEqual([hashes[2]]);
  });

  it('looks at tickers and dates too', () => {
    const [hash] = prefixHashes(prices, [599]);
    expect(prefixHashes({ ...prices, tickers: ['A', 'B', 'C'] }, [599])).not.toContain(hash);
    expect(prefixHashes({ ...prices, dates: prices.dates.map((date) => `1${date.slice(1)}`) }, [599])).not.toContain(
      hash,
    );
  });
});

describe('dailyReturns', () => {
  it('gives simple daily returns, a row per day', () => {
    const closes = [
      [100, 50],
      [110, 40],
      [99, 50],
    ];
    const returns = dailyReturns({ dates: ['2024-01-02', '2024-01-03', '2024-01-04'], tickers: ['A', 'B'], closes });
    expect(returns.rows).toBe(2);
    expect(returns.cols).toBe(2);
    [0.1, -0.2, -0.1, 0.25].forEach((r, i) => expect(returns.data[i]).toBeCloseTo(r, 14));
  });
});
