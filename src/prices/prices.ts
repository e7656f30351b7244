import { MIN_DAYS } from '../engine/history.ts';
import { isIndex, LEAST_ASSETS } from '../engine/market.ts';
import type { Coverage, LoadedPrices, Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { listNames } from '../format.ts';
import { commonSpan, fillGaps, type AlignOptions } from './align.ts';
import { onCommonDays } from './common-calendar.ts';
import {
  MAX_GAP,
  MAX_HOLIDAYS,
  checkRawPrices,
  tradingRows,
  withTickers,
  type InputSource,
  type RawPrices,
} from './raw-prices.ts';

export interface PriceOptions extends Pick<AlignOptions, 'keepsEnded' | 'hasHolidays'> {
  /** The option that errors name. */
  readonly option?: string;
  /** The ISO day at which the prices are cut; any number of days is enough then. */
  readonly until?: string | undefined;
}

type AlignedPrices = Pick<LoadedPrices, 'prices' | 'notes' | 'coverage'>;

/**
 * Prices for a model: those of `alignPrices`, with at least 2 assets, 500 days, and no constant price. An index, which
 * nothing buys, is left out where it has no prices of the assets' days.
 * @param where the source in words, for errors: `prices.csv`
 * @throws UserError as `alignPrices`, and for a price that never moves
 */
export function createPrices(raw: RawPrices, where: string, options: PriceOptions = {}): AlignedPrices {
  const { option = 'prices', until, ...rest } = options;
  const source = { where, option };
  if (until !== undefined && raw.tickers.length > 0 && raw.dates.length === 0) throw noneSoEarly(where, until);
  const least = { assets: LEAST_ASSETS, days: until === undefined ? MIN_DAYS : 1 };
  const align = (columns: RawPrices): AlignedPrices => alignPrices(columns, { least, ...rest }, source);
  const assets = raw.tickers.filter((ticker) => !isIndex(ticker));
  const hasIndex = assets.length < raw.tickers.length && assets.length >= LEAST_ASSETS;
  const aligned = hasIndex ? withIndexIfThere(raw, align(withTickers(raw, assets)), align) : align(raw);
  checkMoves(aligned.prices, source);
  return aligned;
}

const noneSoEarly = (where: string, until: string): UserError =>
  new UserError(`${where} has no price on or before ${until}: take a later day.`, {
    option: 'as-of',
    code: 'prices.none-so-early',
    data: { where, until },
  });

/** @param assets the prices without the index */
function withIndexIfThere(
  raw: RawPrices,
  assets: AlignedPrices,
  align: (columns: RawPrices) => AlignedPrices,
): AlignedPrices {
  const all = orUndefined(() => align(raw));
  const { dates } = assets.prices;
  const isThere =
    all !== undefined &&
    all.prices.dates[0]! <= dates[Math.min(MAX_GAP, dates.length - 1)]! &&
    all.prices.dates.at(-1)! >= dates[Math.max(0, dates.length - 1 - MAX_GAP)]!;
  if (isThere) return all;
  const indices = listNames(raw.tickers.filter(isIndex));
  return { ...assets, notes: [...assets.notes, `${indices} has no prices of all these days and is left out.`] };
}

/** Undefined where there is an error that a person can correct. */
function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Aligns closes on one calendar. A row without any price is skipped, and so are days on which only some of the assets
 * ever trade. A late listing shortens the history. Up to 5 blanks in a row, or 10 in a file, are filled with the close
 * before. Up to 5 last rows that lack a ticker are dropped, since today's price must not be invented. `notes` reports all
 * of this.
 * @returns deeply frozen prices
 * @throws UserError naming row and ticker when tickers, dates or prices are invalid, or there are too few
 */
export function alignPrices(given: RawPrices, options: AlignOptions, source: InputSource): AlignedPrices {
  checkRawPrices(given, options.least.assets, source);
  const { raw, notes: calendarNotes } = onCommonDays(tradingRows(given));
  const span = commonSpan(raw, options, source);
  const { closes, notes } = fillGaps(raw, span, options.hasHolidays === true ? MAX_HOLIDAYS : MAX_GAP, source);
  const currencies = raw.currencies?.filter((currency) => currency !== undefined);
  const prices: Prices = Object.freeze({
    dates: Object.freeze(raw.dates.slice(span.from, span.until)),
    tickers: Object.freeze([...raw.tickers]),
    closes: frozenRows(closes),
    ...(raw.volumes && { volumes: frozenRows(raw.volumes.slice(span.from, span.until)) }),
    ...(currencies?.length === raw.tickers.length && { currencies: Object.freeze(currencies) }),
    ...(raw.sectors && { sectors: Object.freeze([...raw.sectors]) }),
    ...(raw.splits && { splits: Object.freeze([...raw.splits]) }),
    ...(span.ended.some((row) => row !== undefined) && {
      ended: Object.freeze(span.ended.map((row) => (row === undefined ? undefined : raw.dates[row]!))),
    }),
  });
  return { prices, notes: [...calendarNotes, ...span.notes, ...notes], coverage: coverageOf(raw) };
}

/** @param raw with at least one price of each ticker */
function coverageOf({ dates, tickers, closes }: RawPrices): Coverage[] {
  return tickers.map((_, j) => {
    const rows = closes.flatMap((row, t) => (row[j] === undefined ? [] : [t]));
    const [first, last] = [rows[0]!, rows.at(-1)!];
    return { from: dates[first]!, until: dates[last]!, days: rows.length, gaps: last + 1 - first - rows.length };
  });
}

function frozenRows(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return Object.freeze(rows.map((row) => Object.freeze([...row])));
}

/** @throws UserError for a price that never moves, which has no risk to model */
function checkMoves({ tickers, closes }: Prices, { where, option }: InputSource): void {
  const constant = tickers.filter((ticker, j) => !isIndex(ticker) && closes.every((row) => row[j] === closes[0]![j]));
  if (constant.length === 0) return;
  throw new UserError(
    `${where}: the price of ${listNames(constant)} is the same on all ${closes.length} days; leave it out.`,
    { option, code: 'prices.constant', data: { where, tickers: constant, days: closes.length } },
  );
}
