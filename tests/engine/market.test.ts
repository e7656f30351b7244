import { describe, expect, it } from 'vitest';
import {
  calendarOf,
  findTicker,
  isCoin,
  knownTicker,
  marketBeside,
  splitMarket,
  unitDecimals,
  yearlyPeriods,
} from '../../src/engine/market.ts';
import { randomPrices } from '../support/random-prices.ts';

const named = (...tickers: string[]) => ({
  ...randomPrices({ days: 4, assets: tickers.length }),
  tickers,
  currencies: tickers.map(() => 'USD'),
});

describe('a typed name', () => {
  it.each([
    ['KO', ['KO', 'PEP'], 'KO'],
    ['$ko', ['KO', 'PEP'], 'KO'],
    ['KO', ['ko', 'PEP'], 'ko'],
    ['BRK.B', ['BRK-B', 'BRK-A'], 'BRK-B'],
    ['brk/b', ['BRK-B', 'BRK-A'], 'BRK-B'],
    ['BRK-B', ['BRK.B', 'KO'], 'BRK.B'],
    ['btc', ['BTC-USD', 'KO'], 'BTC-USD'],
    ['BTC-USD', ['BTC', 'KO'], 'BTC'],
    ['BTCEUR', ['BTC-EUR', 'KO'], 'BTC-EUR'],
    ['BUSD', ['B', 'KO'], undefined],
    ['BRKB', ['BRK-B', 'KO'], undefined],
    ['KO', ['PEP'], undefined],
    // The very ticker wins.
    ['BTC', ['BTC-USD', 'BTC', 'KO'], 'BTC'],
    ['$btc', ['BTC-USD', 'BTC', 'KO'], 'BTC'],
    ['BTC-USD', ['BTC-USD', 'BTC', 'KO'], 'BTC-USD'],
    ['btc-usd', ['BTC', 'BTC-USD', 'KO'], 'BTC-USD'],
    ['Ko', ['KO', 'Ko'], 'Ko'],
    // What fits several means none of them.
    ['BRK.B', ['BRK-B', 'BRK/B'], undefined],
    ['ko', ['KO', 'Ko'], undefined],
  ])('%s among %j is %s', (name, tickers, found) => {
    expect(findTicker(tickers, name)).toBe(found);
  });

  it('that is unknown is told with what there is', () => {
    const many = Array.from({ length: 14 }, (_, k) => `T${k}`);
    expect(() => knownTicker(many, 'NOPE', 'views')).toThrow(
      'views names NOPE, which is none of these assets: T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11 and 2 more.',
    );
  });
});

describe('an index among the prices', () => {
  it('stays beside the assets where it is the benchmark, in whatever capitals', () => {
    expect(marketBeside(named('A', '^x', 'B', '^Y'), '^X').assets.tickers).toEqual(['A', '^x', 'B']);
  });

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

describe('a coin', () => {
  it.each([
    ['BTC-USD', 'USD', true],
    ['BTC-USD', undefined, true],
    ['SHIB-GBP', 'GBP', true],
    ['BTC-USD', 'EUR', false],
    ['BRK-B', 'USD', false],
    ['BRK-B', undefined, false],
    ['NOVO-B.CO', 'DKK', false],
    ['BAC-PRL', undefined, false],
    ['BTC-USD.X', undefined, false],
    ['-USD', 'USD', false],
    ['EURUSD=X', 'USD', false],
    ['CASH', undefined, false],
  ])('is quoted in its currency by its name: %s in %s', (ticker, currency, is) => {
    expect(isCoin(ticker, currency)).toBe(is);
  });

  it.each([
    [64_000, 7],
    [10_000_000, 8],
    [100, 4],
    [0.5, 2],
    [0.00001, 0],
  ])('is bought to the decimals that a hundredth of the currency pays for: %d', (price, decimals) => {
    expect(unitDecimals('XYZ-USD', 'USD', price)).toBe(decimals);
    expect(unitDecimals('XYZ', 'USD', price)).toBe(0);
  });
});

const daysFrom = (first: string, count: number, isTraded: (weekday: number) => boolean): string[] =>
  Array.from({ length: count }, (_, t) => new Date(Date.parse(first) + t * 86_400_000))
    .filter((day) => isTraded(day.getUTCDay()))
    .map((day) => day.toISOString().slice(0, 10));

describe('a year', () => {
  it.each<[string, number, number, (weekday: number) => boolean]>([
    ['Monday to Friday', 400, 252, (weekday) => weekday % 6 !== 0],
    ['Sunday to Thursday', 400, 252, (weekday) => weekday < 5],
    ['every day', 400, 365, () => true],
    ['every day of one week', 7, 365, () => true],
    ['every day of thirteen', 13, 365, () => true],
    ['too few days to tell', 3, 252, () => true],
  ])('has the trading days of its calendar: %s', (_what, count, expected, isTraded) => {
    expect(yearlyPeriods(daysFrom('2023-01-06', count, isTraded))).toBe(expected);
  });
});

describe('calendarOf', () => {
  it.each([
    ['daily', 1],
    ['weekly', 7],
    ['monthly', 30],
  ] as const)('knows %s series', (calendar, days) => {
    const dates = Array.from({ length: 40 }, (_, t) => new Date(Date.UTC(2023, 0, 6) + t * days * 86_400_000));
    expect(calendarOf(dates.map((date) => date.toISOString().slice(0, 10)))).toBe(calendar);
  });
});
