import { DAY_MS } from '../durations.ts';
import { UserError } from '../errors.ts';
import { END_OF_TIME, isoDay, isWeekend } from './calendar.ts';
import { sayHolidays, type Absence } from './holidays.ts';
import { MAX_GAP, MAX_HOLIDAYS, type RawPrices } from './raw-prices.ts';
import type { TickerSeries } from './ticker-series.ts';
import type { PriceVendor } from './vendors/vendor.ts';

/** Prices on one calendar, with sentences on what was done for it. */
interface MergedPrices extends RawPrices {
  readonly notes: readonly string[];
}

/** A ticker's series on the union of all calendars. */
interface ListedSeries {
  readonly ticker: string;
  /** (days) The row of the series on each day, or −1. */
  readonly rows: Int32Array;
  /** The days of the first and the last price, counted from 0; without any price `first` is after `last`. */
  readonly first: number;
  readonly last: number;
}

/**
 * Merges series on the intersection of their calendars: a day is kept when every ticker that is listed by then trades
 * on it. So BTC-USD beside a share loses its weekends, and Monday's return covers them. A day that a ticker's own
 * calendar has without a price stays blank for `alignPrices`, and so do the days before its listing and after its last
 * price.
 * @param tickers (n)
 * @param series (n), one a ticker
 * @param market the vendor of the series
 * @throws UserError when a ticker misses more than MAX_GAP days in a row on which another trades, or more than
 *   MAX_HOLIDAYS if they may be holidays of its exchange
 */
export function mergeSeries(
  tickers: readonly string[],
  series: readonly TickerSeries[],
  market: Pick<PriceVendor, 'tradingDays' | 'exchangeOf'>,
): MergedPrices {
  const days = allDays(series);
  const listed = series.map((one, j) => listOn(days, tickers[j]!, one));
  const checked = Array.from(days.keys()).filter((t) => market.tradingDays === 'every day' || !isWeekend(days[t]!));
  const calendars = { listed, days, checked, exchangeOf: market.exchangeOf };
  const holidays = holidaysOf(calendars);
  const from = openingDay(listed, days);
  const closed = closedSince(calendars);
  const end = Math.min(days.length - 1, ...closed.map(({ last }) => last));
  const kept = Array.from(days.keys()).filter(
    (t) =>
      days[t]! >= from && t <= end && listed.every(({ rows, first, last }) => rows[t]! >= 0 || t < first || t > last),
  );
  const pick = <T>(columns: readonly (readonly T[])[]): (T | undefined)[][] =>
    kept.map((t) => listed.map(({ rows }, j) => columns[j]![rows[t]!]));
  return {
    dates: kept.map((t) => days[t]!),
    tickers,
    closes: pick(series.map(({ closes }) => closes)).map((row) => row.map((close) => close ?? undefined)),
    volumes: pick(series.map(({ volumes }) => volumes)).map((row) => row.map((volume) => volume ?? 0)),
    currencies: series.map(({ currency }) => currency),
    ...(series.some(({ sector }) => sector !== undefined) && { sectors: series.map(({ sector = '' }) => sector) }),
    ...(series.some(({ splits }) => splits) && { splits: series.map(({ splits }) => splits) }),
    notes: [
      ...sayHolidays(holidays, 'these days are left out'),
      ...closed
        .filter(({ last }) => last === end)
        .map(({ ticker }) => `${ticker} has no price after ${days[end]}, so the history ends there.`),
    ],
  };
}

function allDays(series: readonly TickerSeries[]): string[] {
  const days = new Set<string>();
  for (const { dates } of series) for (const day of dates) days.add(day);
  return [...days].sort();
}

function listOn(days: readonly string[], ticker: string, { dates, closes }: TickerSeries): ListedSeries {
  const rows = new Int32Array(days.length).fill(-1);
  let [first, last, row] = [days.length, -1, 0];
  days.forEach((day, t) => {
    while (row < dates.length && dates[row]! < day) row++;
    if (dates[row] !== day) return;
    rows[t] = row;
    if (typeof closes[row] !== 'number') return;
    first = Math.min(first, t);
    last = t;
  });
  return { ticker, rows, first, last };
}

/** Series that begin within ten days of each other begin together; the window may have opened on a local holiday. */
function openingDay(listed: readonly ListedSeries[], days: readonly string[]): string {
  const firsts = listed.map(({ first }) => days[first] ?? END_OF_TIME).sort();
  const soon = isoDay(Date.parse(firsts[0]!) + 10 * DAY_MS);
  return firsts.findLast((first) => first <= soon)!;
}

interface Calendars {
  readonly listed: readonly ListedSeries[];
  /** ISO days, and the indices of those on which prices may not be missing. */
  readonly days: readonly string[];
  readonly checked: readonly number[];
  readonly exchangeOf: PriceVendor['exchangeOf'];
}

/** How many days in a row may be missing: more where none of the ticker's exchange trades on these days. */
function mostMissing({ listed, exchangeOf }: Calendars, ticker: string, missing: readonly number[]): number {
  const exchange = exchangeOf?.(ticker);
  if (exchange === undefined) return MAX_GAP;
  const companions = listed.filter((one) => exchangeOf?.(one.ticker) === exchange);
  return missing.every((t) => companions.every(({ rows }) => rows[t]! < 0)) ? MAX_HOLIDAYS : MAX_GAP;
}

/**
 * Absences of more than MAX_GAP days that may be holidays.
 * @throws UserError for other long absences. A hole in one ticker would remove the same days from all others.
 */
function holidaysOf(calendars: Calendars): Absence[] {
  const { listed, days, checked } = calendars;
  const holidays: Absence[] = [];
  for (const one of listed) {
    const { ticker } = one;
    for (const missing of absencesOf(one, checked)) {
      if (missing.length <= MAX_GAP) continue;
      const most = mostMissing(calendars, ticker, missing);
      const [from, until] = [days[missing[0]!]!, days[missing.at(-1)!]!];
      if (missing.length > most)
        throw new UserError(
          `${ticker} has no prices from ${from} to ${until}, ${missing.length} days on which others trade; at most ${most} in a row may be missing.`,
          { option: 'tickers', code: 'prices.gap', data: { ticker, days: missing.length, from, until, most } },
        );
      holidays.push({ ticker, from, until, days: missing.length });
    }
  }
  return holidays;
}

/** Tickers whose last price is followed by more than MAX_GAP days of others, and whose exchange may be closed since. */
function closedSince(calendars: Calendars): ListedSeries[] {
  const { listed, days, checked } = calendars;
  return listed.filter(({ ticker, last }) => {
    if (last < 0 || days.length - 1 - last <= MAX_GAP) return false;
    const missing = checked.filter((t) => t > last);
    return missing.length <= mostMissing(calendars, ticker, missing);
  });
}

/** The days without a bar between its first and its last price, in groups of consecutive ones of `checked`. */
function absencesOf({ rows, first, last }: ListedSeries, checked: readonly number[]): number[][] {
  const absences: number[][] = [[]];
  for (const t of checked) {
    if (t < first || t > last) continue;
    if (rows[t]! < 0) absences.at(-1)!.push(t);
    else if (absences.at(-1)!.length > 0) absences.push([]);
  }
  return absences;
}
