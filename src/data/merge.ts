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

/** A series with its row by day, and the first and last day on which it has a price. */
interface Listed {
  readonly series: TickerSeries;
  readonly rowOf: ReadonlyMap<string, number>;
  readonly first: string;
  readonly last: string;
}

/** First and last of a series without any price, so that no day lies between them. */
const NEVER = { first: '9999-12-31', last: '0000-01-01' };

/**
 * Calendars are intersected: a day is kept when every ticker that is listed by then trades on it. So
 * a week of BTC-USD loses its Saturday beside a share, whose return then spans the weekend for both.
 * What a ticker's own calendar has without a price stays a blank, to be filled by `createPrices`, and
 * so do the days before its listing and after its last price.
 * @throws UserError when a ticker misses more than 5 weekdays in a row on which another trades
 */
export function mergeSeries(series: readonly TickerSeries[]): RawPrices {
  const listed = series.map(toListed);
  const days = [...new Set(series.flatMap(({ dates }) => dates))].sort();
  const weekdays = days.filter((day) => !isWeekend(day));
  for (const one of listed) checkAbsence(one, weekdays);
  const from = openingDay(listed);
  const dates = days.filter(
    (day) => day >= from && listed.every(({ rowOf, first, last }) => rowOf.has(day) || day < first || day > last),
  );
  const pick = <T>(values: (one: TickerSeries) => readonly T[]): (T | undefined)[][] =>
    dates.map((day) => listed.map((one) => values(one.series)[one.rowOf.get(day) ?? -1]));
  return {
    dates,
    tickers: series.map(({ ticker }) => ticker),
    closes: pick(({ closes }) => closes),
    volumes: pick(({ volumes }) => volumes).map((row) => row.map((volume) => volume ?? 0)),
    currencies: series.map(({ currency }) => currency),
  };
}

function toListed(series: TickerSeries): Listed {
  const quoted = series.dates.filter((_, t) => series.closes[t] !== undefined);
  return {
    series,
    rowOf: new Map(series.dates.map((day, t) => [day, t])),
    first: quoted[0] ?? NEVER.first,
    last: quoted.at(-1) ?? NEVER.last,
  };
}

/** Series that begin within some days of each other begin together: not a listing, but a window that opened on a holiday. */
function openingDay(listed: readonly Listed[]): string {
  const firsts = listed.map(({ first }) => first).sort();
  const soon = new Date(Date.parse(firsts[0]!) + 10 * 86_400_000).toISOString().slice(0, 10);
  return firsts.findLast((first) => first <= soon)!;
}

/** A hole in one ticker would otherwise cut the same days out of all the others without a word. */
function checkAbsence({ series: { ticker }, rowOf, first, last }: Listed, weekdays: readonly string[]): void {
  let missing: string[] = [];
  for (const day of weekdays) {
    if (day < first || day > last) continue;
    if (!rowOf.has(day)) {
      missing.push(day);
      continue;
    }
    if (missing.length > MAX_GAP) {
      throw new UserError(
        `${ticker} has no prices from ${missing[0]} to ${missing.at(-1)}, ${missing.length} days on which others trade; at most ${MAX_GAP} in a row may be missing.`,
        'tickers',
      );
    }
    missing = [];
  }
}

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());
