// Pure: each ticker's own calendar → one calendar.
import { UserError } from '../errors.ts';
import { MAX_GAP } from './align.ts';
import type { RawPrices } from './prices.ts';

/** What a vendor has of one ticker. */
export interface TickerSeries {
  readonly ticker: string;
  /** ISO 4217, or the vendor's own code; absent where it names none. */
  readonly currency?: string;
  /** (T) ISO days of the ticker's own calendar, ascending. */
  readonly dates: readonly string[];
  /** (T) Adjusted closes; `undefined` on a day that the vendor lists without a price. */
  readonly closes: readonly (number | undefined)[];
  /** (T) Traded units; 0 where there are none. */
  readonly volumes: readonly number[];
}

/** After every day that there is. */
const NEVER = '9999-12-31';

/** A series on the days of all. */
interface Listed {
  readonly series: TickerSeries;
  /** (days) its row on each of them, or −1. */
  readonly rows: Int32Array;
  /** The days of its first and last price, counted from 0; without any price none lies between them. */
  readonly first: number;
  readonly last: number;
}

/**
 * Calendars are intersected: a day is kept when every ticker that is listed by then trades on it. So
 * a week of BTC-USD loses its Saturday beside a share, whose return then spans the weekend for both.
 * What a ticker's own calendar has without a price stays a blank, to be filled by `createPrices`, and
 * so do the days before its listing and after its last price.
 * @throws UserError when a ticker misses more than 5 weekdays in a row on which another trades
 */
export function mergeSeries(series: readonly TickerSeries[]): RawPrices {
  const days = allDays(series);
  const listed = series.map((one) => listOn(days, one));
  checkAbsences(listed, days);
  const from = openingDay(listed, days);
  const kept = Array.from(days.keys()).filter(
    (t) => days[t]! >= from && listed.every(({ rows, first, last }) => rows[t]! >= 0 || t < first || t > last),
  );
  const pick = <T>(values: (one: TickerSeries) => readonly T[]): (T | undefined)[][] => {
    const columns = listed.map((one) => values(one.series));
    return kept.map((t) => listed.map(({ rows }, j) => columns[j]![rows[t]!]));
  };
  return {
    dates: kept.map((t) => days[t]!),
    tickers: series.map(({ ticker }) => ticker),
    closes: pick(({ closes }) => closes),
    volumes: pick(({ volumes }) => volumes).map((row) => row.map((volume) => volume ?? 0)),
    currencies: series.map(({ currency }) => currency),
  };
}

function allDays(series: readonly TickerSeries[]): string[] {
  const days = new Set<string>();
  for (const { dates } of series) for (const day of dates) days.add(day);
  return [...days].sort();
}

function listOn(days: readonly string[], series: TickerSeries): Listed {
  const { dates, closes } = series;
  const rows = new Int32Array(days.length).fill(-1);
  let [first, last, row] = [days.length, -1, 0];
  days.forEach((day, t) => {
    while (row < dates.length && dates[row]! < day) row++;
    if (dates[row] !== day) return;
    rows[t] = row;
    if (closes[row] === undefined) return;
    first = Math.min(first, t);
    last = t;
  });
  return { series, rows, first, last };
}

/** Series that begin within some days of each other begin together: not a listing, but a window that opened on a holiday. */
function openingDay(listed: readonly Listed[], days: readonly string[]): string {
  const firsts = listed.map(({ first }) => days[first] ?? NEVER).sort();
  const soon = new Date(Date.parse(firsts[0]!) + 10 * 86_400_000).toISOString().slice(0, 10);
  return firsts.findLast((first) => first <= soon)!;
}

/** A hole in one ticker would otherwise cut the same days out of all the others without a word. */
function checkAbsences(listed: readonly Listed[], days: readonly string[]): void {
  const weekdays = Array.from(days.keys()).filter((t) => !isWeekend(days[t]!));
  for (const { series, rows, first, last } of listed) {
    let missing: number[] = [];
    for (const t of weekdays) {
      if (t < first || t > last) continue;
      if (rows[t]! < 0) {
        missing.push(t);
        continue;
      }
      if (missing.length > MAX_GAP) {
        const [from, until] = [days[missing[0]!], days[missing.at(-1)!]];
        throw new UserError(
          `${series.ticker} has no prices from ${from} to ${until}, ${missing.length} days on which others trade; at most ${MAX_GAP} in a row may be missing.`,
          'tickers',
        );
      }
      if (missing.length > 0) missing = [];
    }
  }
}

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());
