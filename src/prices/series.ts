// Prices for what needs no model, and the closes at the ends of their weeks and months.
import { UserError } from '../errors.ts';
import { alignPrices } from './prices.ts';
import { checkTickers, listNames, rowsWhere, tradingRows, type RawPrices } from './raw-prices.ts';

/** ISO days, both included; absent: all there is. */
export interface Span {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Closes on one calendar. */
export interface Series {
  /** (n), one or more. */
  readonly tickers: readonly string[];
  /** (T) ISO days, ascending. */
  readonly dates: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly number[])[];
  /** The first day with a price after them; absent when there is none. */
  readonly next?: string;
  /** Sentences for people, as of `Prices`. */
  readonly notes: readonly string[];
}

export type Frequency = 'daily' | 'weekly' | 'monthly';

/** A daily return needs two closes. */
const ENOUGH = { assets: 1, days: 2 };

/** @throws UserError when the span holds no day, or none of a ticker; as `alignPrices` for what lies in it */
export function createSeries(given: RawPrices, span: Span, where: string): Series {
  const source = { where, option: 'prices' };
  checkTickers(given, ENOUGH.assets, source);
  const traded = tradingRows(given);
  const { from = '', until = '9999' } = span;
  const inside = rowsWhere(traded, (t) => traded.dates[t]! >= from && traded.dates[t]! <= until);
  checkSpan(traded, inside, where);
  const { prices, notes } = alignPrices(inside, ENOUGH, source);
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

const DAY = 86_400_000;

/** The Monday of an ISO week, as days since 1970. */
const weekOf = (date: string): number => {
  const day = Date.parse(date) / DAY;
  return day - ((day + 3) % 7);
};

const PERIOD: Readonly<Record<Frequency, (date: string) => string | number>> = {
  daily: (date) => date,
  weekly: weekOf,
  monthly: (date) => date.slice(0, 7),
};

/** What an exchange would trade on next. */
const nextWeekday = (date: string): string => {
  let time = Date.parse(date) + DAY;
  while ([0, 6].includes(new Date(time).getUTCDay())) time += DAY;
  return new Date(time).toISOString().slice(0, 10);
};

/**
 * The closes on each period's last trading day. A period that goes on after the last close gives none, nor does
 * one at the end of the file with a weekday left; one that had begun before the first close does, as that from
 * which the next is measured.
 */
export function periodCloses(
  { dates, closes, next }: Series,
  frequency: Frequency,
): { readonly dates: readonly string[]; readonly closes: readonly (readonly number[])[] } {
  const period = PERIOD[frequency];
  const ends = dates.flatMap((date, t) => {
    const following = dates[t + 1] ?? next ?? nextWeekday(date);
    return period(following) === period(date) ? [] : [t];
  });
  return { dates: ends.map((t) => dates[t]!), closes: ends.map((t) => closes[t]!) };
}
