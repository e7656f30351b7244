// What a ticker's name says: an index is a benchmark that nothing buys, a coin is bought in fractions. And which ticker
// a typed name means.
import { DAY_MS } from '../durations.ts';
import { UserError } from '../errors.ts';
import { listNames } from '../format.ts';
import { oncePer } from './once-per.ts';
import type { Prices } from './types.ts';

/** The first character of an index's ticker, at vendors and in files made from their prices. */
const INDEX_MARK = '^';

export const isIndex = (ticker: string): boolean => ticker.startsWith(INDEX_MARK);

/** Whether the ticker is a coin in a vendor's form, COIN-CURRENCY, and not a class of shares such as BRK-B. */
export function isCoin(ticker: string, currency?: string): boolean {
  const [, quoted] = /^[^-]+-([A-Z]{3})$/.exec(ticker) ?? [];
  if (quoted === undefined) return false;
  return currency === undefined ? Intl.supportedValuesOf('currency').includes(quoted) : quoted === currency;
}

/** In capitals, without the mark of a cashtag: `$aapl` → AAPL. */
const inCapitals = (name: string): string => name.toUpperCase().replace(/^\$/, '');

/** Classes of shares and pairs of currencies with a dash: `brk.b` and `BRK/B` → BRK-B. */
const withDashes = (name: string): string => inCapitals(name).replaceAll(/[./]/g, '-');

/** Whether a ticker may be written so: a coin also without its dash, or without the dollars that it is paid in. */
function isSpelled(ticker: string, name: string): boolean {
  const [one, other] = [withDashes(ticker), withDashes(name)];
  if (one === other || one === `${other}-USD` || `${one}-USD` === other) return true;
  return one.replace('-', '') === other && isCoin(one);
}

const SAME: readonly ((ticker: string, name: string) => boolean)[] = [
  (ticker, name) => inCapitals(ticker) === inCapitals(name),
  isSpelled,
];

/**
 * The ticker that a typed name means among those that are here. Names are read so once, where they come to tickers;
 * inside the engine they are compared exactly. The very ticker wins, then one in other capitals, then another spelling,
 * such as BRK.B of BRK-B and BTC of BTC-USD.
 * @returns undefined when there is none, or several fit equally well
 */
export function findTicker(tickers: readonly string[], name: string): string | undefined {
  if (tickers.includes(name)) return name;
  for (const isSame of SAME) {
    const found = tickers.filter((ticker) => isSame(ticker, name));
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}

/** Of names that are there. Longer lists say little more. */
export const MOST_LISTED = 12;

/** @param subject what names it; absent: the option, which each door calls by its own name */
export function unknownTicker(name: string, tickers: readonly string[], option: string, subject?: string): UserError {
  const assets = listNames(tickers, MOST_LISTED);
  return new UserError(`${subject ?? option} names ${name}, which is none of these assets: ${assets}.`, {
    option,
    ...(subject === undefined && { code: 'assets.unknown-name', data: { option, name, assets } }),
  });
}

/** As `findTicker`. @throws UserError when there is none */
export function knownTicker(tickers: readonly string[], name: string, option: string): string {
  const found = findTicker(tickers, name);
  if (found === undefined) throw unknownTicker(name, tickers, option);
  return found;
}

/** What constraints call a sector: `health-care` is Health care. */
export const nameOfSector = (sector: string): string => sector.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');

const MOST_DECIMALS = 8;

/**
 * The decimals to which units can be bought: none of a share; of a coin, those of the largest unit that costs no more
 * than a hundredth of its currency, at most 8.
 */
export function unitDecimals(ticker: string, currency: string | undefined, price: number): number {
  if (!isCoin(ticker, currency)) return 0;
  return Math.min(Math.max(Math.ceil(Math.log10(100 * price)), 0), MOST_DECIMALS);
}

export interface Market {
  /** All columns but indices. */
  readonly assets: Prices;
  /** The first index, if there is one. */
  readonly index?: { readonly ticker: string; readonly closes: readonly number[] };
}

/** A split needs assets to choose between. */
export const LEAST_ASSETS = 2;

/**
 * The same object each time.
 * @throws UserError (option `tickers`) when fewer than LEAST_ASSETS are left
 */
export const splitMarket = oncePer((prices: Prices): Market => {
  const columns = prices.tickers.map((ticker, column) => ({ ticker, column }));
  const index = columns.find(({ ticker }) => isIndex(ticker));
  if (index === undefined) return { assets: prices };
  const kept = columns.filter(({ ticker }) => !isIndex(ticker)).map(({ column }) => column);
  if (kept.length < LEAST_ASSETS) {
    throw new UserError(
      `Expected at least ${LEAST_ASSETS} assets beside indices, whose names begin with ${INDEX_MARK}; got ${kept.length}.`,
      { option: 'tickers', code: 'prices.too-few-assets', data: { needed: LEAST_ASSETS, got: kept.length } },
    );
  }
  return {
    assets: withColumns(prices, kept),
    index: { ticker: index.ticker, closes: prices.closes.map((row) => row[index.column]!) },
  };
});

/** @param benchmark an index that stays among the assets, so that scenarios have its returns; nothing buys it */
export function marketBeside(prices: Prices, benchmark: string | undefined): Market {
  const market = splitMarket(prices);
  const { tickers } = prices;
  const index = benchmark !== undefined && isIndex(benchmark) ? findTicker(tickers, benchmark) : undefined;
  if (index === undefined) return market;
  const kept = [...tickers.keys()].filter((j) => !isIndex(tickers[j]!) || tickers[j] === index);
  return { ...market, assets: withColumns(prices, kept) };
}

/** These columns alone, in this order. */
export function withColumns(
  { dates, tickers, closes, volumes, currencies, sectors, splits, ended }: Prices,
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
    ...(splits && { splits: pick(splits) }),
    ...(ended && { ended: pick(ended) }),
  });
}

/** A smaller share of prices on Saturdays, say, is a special session now and then: there is no trade on Saturdays. */
export const LEAST_TRADED_SHARE = 0.05;

/** How often a series has prices. `daily`: also at weekends. */
export type Calendar = 'daily' | 'weekdays' | 'weekly' | 'monthly';

/** Periods in a year. */
export const PER_YEAR: Readonly<Record<Calendar, number>> = { daily: 365, weekdays: 252, weekly: 52, monthly: 12 };

/** By the usual time between two dates, and whether Saturdays and Sundays are among them. A few dates do not tell. */
export function calendarOf(dates: readonly string[]): Calendar {
  if (dates.length < 4) return 'weekdays';
  // The first day of 1970 was a Thursday, 4.
  const days = dates.map((date) => Date.parse(date) / DAY_MS);
  const isMostly = (least: number): boolean =>
    days.filter((day, t) => t > 0 && day - days[t - 1]! >= least).length > (days.length - 1) / 2;
  if (isMostly(25)) return 'monthly';
  if (isMostly(5)) return 'weekly';
  const tradesOn = (weekday: number): boolean =>
    days.filter((day) => (day + 4) % 7 === weekday).length >= LEAST_TRADED_SHARE * days.length;
  return dates.length >= 7 && tradesOn(0) && tradesOn(6) ? 'daily' : 'weekdays';
}

/** Prices in a year: 252 on weekdays, 365 where weekends are traded too, as with coins, 52 for weekly series, 12 for monthly. */
export const yearlyPeriods = (dates: readonly string[]): number => PER_YEAR[calendarOf(dates)];
