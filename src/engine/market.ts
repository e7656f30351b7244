// An index among the prices is a benchmark: a backtest compares with it, and nothing buys it.
import { UserError } from '../errors.ts';
import type { Prices } from './types.ts';

/** The first character of an index's ticker, at vendors and in files made from their prices. */
const INDEX_MARK = '^';

export const isIndex = (ticker: string): boolean => ticker.startsWith(INDEX_MARK);

export interface Market {
  /** All columns but indices. */
  readonly assets: Prices;
  /** The first index, if there is one. */
  readonly index?: { readonly ticker: string; readonly closes: readonly number[] };
}

/** @throws UserError (option `tickers`) when fewer than two assets are left */
export function splitMarket(prices: Prices): Market {
  const columns = prices.tickers.map((ticker, column) => ({ ticker, column }));
  const index = columns.find(({ ticker }) => isIndex(ticker));
  if (index === undefined) return { assets: prices };
  const kept = columns.filter(({ ticker }) => !isIndex(ticker)).map(({ column }) => column);
  if (kept.length < 2) {
    throw new UserError(
      `Expected at least 2 assets beside indices, whose names begin with ${INDEX_MARK}; got ${kept.length}.`,
      { option: 'tickers', code: 'prices.too-few-assets', data: { needed: 2, got: kept.length } },
    );
  }
  return {
    assets: withColumns(prices, kept),
    index: { ticker: index.ticker, closes: prices.closes.map((row) => row[index.column]!) },
  };
}

function withColumns(
  { dates, tickers, closes, volumes, currencies, sectors }: Prices,
  columns: readonly number[],
): Prices {
  const pick = <T>(row: readonly T[]): readonly T[] => Object.freeze(columns.map((column) => row[column]!));
  return Object.freeze({
    dates,
    tickers: pick(tickers),
    closes: Object.freeze(closes.map(pick)),
    ...(volumes && { volumes: Object.freeze(volumes.map(pick)) }),
    ...(currencies && { currencies: pick(currencies) }),
    ...(sectors && { sectors: pick(sectors) }),
  });
}

/** Where every day is traded, a seventh are Saturdays; elsewhere there is a special session on one now and then. */
const MIN_SHARE = 0.05;

/** Trading days in a year: 365 where Saturdays and Sundays are traded, as with coins; otherwise 252. */
export const daysAYear = (dates: readonly string[]): number => (tradesEveryDay(dates) ? 365 : 252);

export function tradesEveryDay(dates: readonly string[]): boolean {
  if (dates.length < 7) return false;
  const weekdays = dates.map((date) => new Date(date).getUTCDay());
  return [0, 6].every((weekend) => weekdays.filter((day) => day === weekend).length >= MIN_SHARE * dates.length);
}
