// Assets that trade on different days: only the days of all are used, since a day without trade is no calm one.
import { LEAST_TRADED_SHARE } from '../engine/market.ts';
import { listNames } from '../format.ts';
import { MAX_GAP, rowsWhere, type RawPrices } from './raw-prices.ts';

/** So many Mondays without a price say that there is no trade on Mondays; at weekends one is enough. */
const ENOUGH_WEEKDAYS = 10;
const WEEKEND = [0, 6];

interface Listed {
  readonly first: number;
  readonly last: number;
  /** Whether it trades, by day of the week from Sunday. */
  readonly trades: readonly boolean[];
}

/**
 * Leaves out the days of the week on which some asset never trades, and the holidays on which only assets with prices
 * at weekends have one. Other blanks stay.
 * @param raw rows with at least one price each
 */
export function onCommonDays(raw: RawPrices): { readonly raw: RawPrices; readonly notes: readonly string[] } {
  const weekdays = raw.dates.map((date) => new Date(date).getUTCDay());
  const listed = raw.tickers.map((_, j) => listing(raw, weekdays, j));
  // A last price some days ago may come before a weekend.
  const isOver = (last: number, t: number): boolean => t > last && raw.dates.length - 1 - last > MAX_GAP;
  const isListed = ({ first, last }: Listed, t: number): boolean => t >= first && !isOver(last, t);
  const isCommon = (t: number): boolean =>
    listed.every((one) => !isListed(one, t) || one.trades[weekdays[t]!] === true);
  const common = rowsWhere(raw, isCommon);
  const kept = withoutHolidays(
    common,
    listed.map(({ trades }) => WEEKEND.every((day) => trades[day])),
  );
  if (kept.dates.length === raw.dates.length) return { raw, notes: [] };
  const days = new Set(kept.dates);
  const more = raw.tickers.filter((_, j) =>
    raw.dates.some((date, t) => !days.has(date) && raw.closes[t]![j] !== undefined),
  );
  const trade = more.length > 1 ? 'trade' : 'trades';
  return {
    raw: kept,
    notes: [`${listNames(more)} also ${trade} on days when others do not: only the days of all are used.`],
  };
}

function listing({ closes }: RawPrices, weekdays: readonly number[], j: number): Listed {
  const first = closes.findIndex((row) => row[j] !== undefined);
  const last = closes.findLastIndex((row) => row[j] !== undefined);
  const [days, quoted] = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
  ];
  for (let t = Math.max(0, first); t <= last; t++) {
    days[weekdays[t]!]!++;
    if (closes[t]![j] !== undefined) quoted[weekdays[t]!]!++;
  }
  const trades = days.map((count, day) => {
    const isClear = count >= (WEEKEND.includes(day) ? 1 : ENOUGH_WEEKDAYS);
    return !isClear || quoted[day]! >= LEAST_TRADED_SHARE * count;
  });
  return { first, last, trades };
}

/** @param isEveryDay (n) whether the asset trades at weekends */
function withoutHolidays(raw: RawPrices, isEveryDay: readonly boolean[]): RawPrices {
  if (isEveryDay.every(Boolean) || !isEveryDay.some(Boolean)) return raw;
  const isHoliday = raw.closes.map((row) => row.every((close, j) => isEveryDay[j] === true || close === undefined));
  // A longer run is a hole in the prices, which the filling of gaps reports.
  let run = 0;
  const runs = isHoliday.map((holiday) => (run = holiday ? run + 1 : 0));
  for (let t = runs.length - 2; t >= 0; t--) if (runs[t]! > 0 && runs[t + 1]! > runs[t]!) runs[t] = runs[t + 1]!;
  return rowsWhere(raw, (t) => runs[t] === 0 || runs[t]! > MAX_GAP);
}
