// Prices for uses without a model.
import { UserError } from '../errors.ts';
import { listNames } from '../format.ts';
import { END_OF_TIME } from './calendar.ts';
import { alignPrices } from './prices.ts';
import { checkTickerNames, rowsWhere, tradingRows, type RawPrices } from './raw-prices.ts';

/** ISO days, both included; absent: all days. */
export interface DaySpan {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Closes on one calendar. */
export interface PriceSeries {
  /** (n), one or more. */
  readonly tickers: readonly string[];
  /** (T) ISO days, ascending. */
  readonly dates: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly number[])[];
  /** The first day with a price after `dates`, if there is one. */
  readonly next?: string;
  /** Sentences for people, as in `LoadedPrices`. */
  readonly notes: readonly string[];
}

/** A daily return needs two closes. */
const MINIMUM = { assets: 1, days: 2 };

/** @throws UserError when the span has no day, or no price of a ticker, and as `alignPrices` */
export function createSeries(given: RawPrices, span: DaySpan, where: string): PriceSeries {
  const source = { where, option: 'prices' };
  checkTickerNames(given, MINIMUM.assets, source);
  const traded = tradingRows(given);
  const { from = '', until = END_OF_TIME } = span;
  const inside = rowsWhere(traded, (t) => traded.dates[t]! >= from && traded.dates[t]! <= until);
  checkSpan(traded, inside, where);
  const { prices, notes } = alignPrices(inside, { least: MINIMUM, hasHolidays: true }, source);
  const { tickers, dates, closes } = prices;
  const next = traded.dates.find((date) => date > dates.at(-1)!);
  return { tickers, dates, closes, ...(next !== undefined && { next }), notes };
}

function checkSpan(all: RawPrices, inside: RawPrices, where: string): void {
  const [first, last] = [all.dates[0], all.dates.at(-1)];
  if (first === undefined || last === undefined)
    throw new UserError(`${where} has no price.`, { option: 'prices', code: 'prices.none', data: { where } });
  if (inside.dates.length === 0) {
    throw new UserError(`${where} goes from ${first} to ${last}: no day of it lies in the span asked for.`, {
      option: 'from',
      code: 'prices.none-in-span',
      data: { where, first, last },
    });
  }
  const empty = all.tickers.filter((_, j) => inside.closes.every((row) => row[j] === undefined));
  if (empty.length === 0) return;
  throw new UserError(
    `${where} has no price of ${listNames(empty)} from ${inside.dates[0]} to ${inside.dates.at(-1)}: choose other dates or tickers.`,
    { option: 'tickers', code: 'prices.none-of-ticker', data: { where, tickers: empty } },
  );
}
