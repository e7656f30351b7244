// Tables of prices that are laid out otherwise than a day and then a close for each ticker.
import { UserError } from '../../errors.ts';
import type { CsvRow } from '../../files.ts';
import { isoDay } from '../calendar.ts';
import { areFields, closeField, isDayName, isSameField, isTickerName } from './csv-fields.ts';

/**
 * Folds the two or three header rows of yfinance into one, with the tickers' closes alone. Those are fields, tickers, and
 * `Date` in a row of its own or before the others.
 */
export function withOneHeader(rows: readonly CsvRow[]): readonly CsvRow[] {
  const at = rows.slice(0, 3).findIndex(({ cells }) => isDayName(cells[0] ?? ''));
  const named = rows[at];
  if (at < 1 || named === undefined) return rows;
  const isAlone = named.cells.slice(1).every((cell) => cell === '');
  const above = rows.slice(0, isAlone ? at : at + 1).map(({ cells }) => cells.slice(1));
  const fields = above.find(areFields);
  if (fields === undefined && !isAlone) return rows;
  const tickers = above.find((cells) => cells !== fields) ?? [];
  const wanted = fields?.[closeField(fields)] ?? '';
  const kept = tickers.flatMap((_, j) => (fields === undefined || isSameField(fields[j] ?? '', wanted) ? [j] : []));
  return [
    { cells: ['date', ...kept.map((j) => tickers[j]!)], line: named.line },
    ...rows
      .slice(at + 1)
      .map(({ cells, line }) => ({ cells: [cells[0] ?? '', ...kept.map((j) => cells[j + 1] ?? '')], line })),
  ];
}

/** Puts the days first where each row has a ticker and a close, and calls them `date`; others must be first already. */
export function withDays(rows: readonly CsvRow[]): readonly CsvRow[] {
  const names = rows[0]?.cells ?? [];
  const hasTickers = names.some(isTickerName) && closeField(names) >= 0;
  const at = hasTickers ? names.findIndex(isDayName) : 0;
  if (!isDayName(names[at] ?? '')) return rows;
  return rows.map(({ cells, line }, t) => ({
    cells: [t === 0 ? 'date' : dayOf(cells[at] ?? ''), ...cells.toSpliced(at, 1)],
    line,
  }));
}

const DAY_AND_TIME = /^(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d/;
/** Seconds, milliseconds or microseconds since 1970. */
const EPOCH = /^(\d{9,10})(?:\d{3}|\d{6})?(?:\.\d*)?$/;

/** `2022-12-28 00:00:00-05:00` → `2022-12-28`: the exchange's own day. `1672185600000` → the day in UTC. */
function dayOf(text: string): string {
  const seconds = EPOCH.exec(text)?.[1];
  if (seconds !== undefined) return isoDay(Number(seconds) * 1000);
  return DAY_AND_TIME.exec(text)?.[1] ?? text;
}

/** Turns rows of date, ticker and close into a column for each ticker. @throws UserError for a second close of a day */
export function asColumns(rows: readonly CsvRow[], where: string): readonly CsvRow[] {
  const [header, ...body] = rows;
  const names = (header?.cells ?? []).slice(1);
  const ticker = names.findIndex(isTickerName);
  const close = closeField(names);
  if (header === undefined || ticker < 0 || close < 0) return rows;
  const tickers = [...new Set(body.map(({ cells }) => cells[ticker + 1] ?? ''))];
  const days = Map.groupBy(body, ({ cells }) => cells[0] ?? '');
  return [
    { cells: ['date', ...tickers], line: header.line },
    ...[...days]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([day, quotes]) => {
        const closes = new Map(quotes.map(({ cells }) => [cells[ticker + 1] ?? '', cells[close + 1] ?? '']));
        if (closes.size < quotes.length) throw quotedTwice(day, where);
        return { cells: [day, ...tickers.map((name) => closes.get(name) ?? '')], line: quotes[0]!.line };
      }),
  ];
}

const quotedTwice = (day: string, where: string): UserError =>
  new UserError(`${where} has more than one close of a ticker on ${day}; each may come only once.`, {
    option: 'prices',
    code: 'csv.quoted-twice',
    data: { where, day },
  });
