// The columns of a file of prices that are fields of a quote, such as `Adj Close`, rather than tickers.
import { UserError } from '../../errors.ts';
import type { CsvRow } from '../../files.ts';

/** A column's name in small letters without anything else: `5. adjusted close`, `open_time`, `<DATE>`. */
const fieldOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '');
const DAYS = new Set(['date', 'timestamp', 'time', 'datetime', 'day', 'opentime']);
const TICKERS = new Set(['ticker', 'symbol', 'asset']);
const CLOSES = ['adjclose', 'adjustedclose', 'adjusted', 'close', 'closelast', 'price'];
const BAR = new Set(['open', 'high', 'low']);
const FIELDS = new Set([...CLOSES, ...BAR, 'volume', 'vol', 'change', 'dividends', 'stocksplits', 'capitalgains']);

export const isDayName = (name: string): boolean => DAYS.has(fieldOf(name));
export const isTickerName = (name: string): boolean => TICKERS.has(fieldOf(name));
export const areFields = (names: readonly string[]): boolean =>
  names.length > 0 && names.every((name) => FIELDS.has(fieldOf(name)));
export const isSameField = (one: string, other: string): boolean => fieldOf(one) === fieldOf(other);

/** The index of the field with adjusted closes, or else of that with closes; −1 if there is neither. */
export const closeField = (names: readonly string[]): number =>
  CLOSES.map((field) => names.findIndex((name) => fieldOf(name) === field)).find((at) => at >= 0) ?? -1;

/** The names without the one ticker before them, as quantmod writes it: `AAPL.Open`, `AAPL.Adjusted`. */
function withoutTicker(names: readonly string[]): readonly string[] {
  const [first = ''] = names;
  const ticker = first.slice(0, first.lastIndexOf('.') + 1);
  return names.every((name) => name.startsWith(ticker)) ? names.map((name) => name.slice(ticker.length)) : names;
}

/** Whether these columns are one ticker's close beside other fields, rather than a price for each ticker. */
function isOneTicker(names: readonly string[]): boolean {
  const fields = withoutTicker(names);
  return closeField(fields) >= 0 && (areFields(fields) || fields.some((name) => BAR.has(fieldOf(name))));
}

/** The adjusted closes of one ticker's table, named by the file; other tables as they are. */
export function closesOfOneTicker(rows: readonly CsvRow[], name: string): readonly CsvRow[] {
  const names = rows[0]?.cells.slice(1) ?? [];
  if (!isOneTicker(names)) return rows;
  const column = closeField(withoutTicker(names)) + 1;
  return rows.map(({ cells, line }, t) => ({ cells: [cells[0]!, t === 0 ? name : (cells[column] ?? '')], line }));
}

/** @throws UserError when the columns are not a price for each ticker */
export function checkColumns(names: readonly string[], where: string): void {
  if (!isOneTicker(names)) return;
  throw new UserError(
    `${where} is the table of one ticker (${names.join(', ')}): expected a column of adjusted closes for each asset, such as date,AAPL,MSFT.`,
    { option: 'prices', code: 'csv.one-ticker', data: { where, columns: names } },
  );
}
