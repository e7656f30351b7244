// Files of prices as people export them, brought into one form: a header `date,TICKER,…`, then a row for each day.
import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { parseRows, usingFile, type CsvRow } from '../../files.ts';

/**
 * Reads UTF-8 or, with a byte order mark, UTF-16; commas, semicolons or tabs; one header row or those of yfinance; one
 * column for each ticker, or rows of date, ticker and close. Words for "no price" become blanks.
 * @returns the header, then the days; no row when the file is empty
 * @throws UserError when the file cannot be read, or is no CSV
 */
export async function readPriceRows(file: string, where: string): Promise<CsvRow[]> {
  const text = decode(await usingFile('read', file, 'prices', () => readFile(file)));
  const [firstLine = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t'].find((one) => firstLine.includes(one)) ?? ',';
  const rows = withOneHeader(parseRows(text, where, 'prices', delimiter));
  const [header, ...days] = asColumns(rows, where);
  if (header === undefined) return [];
  return [
    header,
    ...days.map(({ cells: [day = '', ...cells], line }) => ({
      cells: [dayOf(day), ...cells.map((cell) => numberOf(cell, delimiter))],
      line,
    })),
  ];
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** `2022-12-28 00:00:00-05:00` → `2022-12-28`: the exchange's own day. */
const dayOf = (text: string): string => /^(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d/.exec(text)?.[1] ?? text;

const BLANK = /^(null|none|nan|n\/?a|#n\/a|\.|-)$/i;
const THOUSANDS = /^\d{1,3}(,\d{3})+(\.\d+)?$/;
const DECIMAL_COMMA = /^\d+(\.\d{3})*,\d+$/;

/** `1,234.5` → `1234.5`, and between semicolons `1.234,5` too; blank where the text says that there is no price. */
function numberOf(cell: string, delimiter: string): string {
  if (BLANK.test(cell)) return '';
  if (delimiter !== ',' && DECIMAL_COMMA.test(cell)) return cell.replaceAll('.', '').replace(',', '.');
  return THOUSANDS.test(cell) ? cell.replaceAll(',', '') : cell;
}

/** Names of the columns in one ticker's table, in small letters without anything else: `5. adjusted close`. */
const fieldOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '');
const ADJUSTED = ['adjclose', 'adjustedclose'];
const CLOSES = [...ADJUSTED, 'close', 'price'];
const PRICE_FIELDS = new Set([...ADJUSTED, 'close', 'open', 'high', 'low', 'volume']);

/** The index of the field with adjusted closes, or else of that with closes; −1 if there is neither. */
const closeField = (names: readonly string[]): number =>
  CLOSES.map((field) => names.findIndex((name) => fieldOf(name) === field)).find((at) => at >= 0) ?? -1;

/** Folds the two or three header rows of yfinance (fields, tickers, `Date`) into one, with the tickers' closes alone. */
function withOneHeader(rows: readonly CsvRow[]): readonly CsvRow[] {
  const at = rows.slice(0, 3).findIndex(({ cells }) => fieldOf(cells[0] ?? '') === 'date');
  const named = rows[at];
  if (at < 1 || named === undefined || named.cells.slice(1).some((cell) => cell !== '')) return rows;
  const above = rows.slice(0, at).map(({ cells }) => cells.slice(1));
  const fields = above.find((cells) => cells.every((cell) => PRICE_FIELDS.has(fieldOf(cell))));
  const tickers = above.find((cells) => cells !== fields) ?? [];
  const wanted = fieldOf(fields?.[closeField(fields ?? [])] ?? '');
  const kept = tickers.flatMap((_, j) => (fields === undefined || fieldOf(fields[j] ?? '') === wanted ? [j] : []));
  return [
    { cells: ['date', ...kept.map((j) => tickers[j]!)], line: named.line },
    ...rows
      .slice(at + 1)
      .map(({ cells, line }) => ({ cells: [cells[0] ?? '', ...kept.map((j) => cells[j + 1] ?? '')], line })),
  ];
}

/** Turns rows of date, ticker and close into a column for each ticker. @throws UserError for a second close of a day */
function asColumns(rows: readonly CsvRow[], where: string): readonly CsvRow[] {
  const [header, ...body] = rows;
  const names = (header?.cells ?? []).slice(1);
  const ticker = names.findIndex((name) => ['ticker', 'symbol'].includes(fieldOf(name)));
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

/** Whether these columns are one ticker's open, high, low and close, rather than a price for each ticker. */
function isOneTicker(names: readonly string[]): boolean {
  const fields = new Set(names.map(fieldOf));
  return closeField(names) >= 0 && ['open', 'high', 'low'].some((field) => fields.has(field));
}

/** The adjusted closes of one ticker's table, named by the file; other tables as they are. */
export function closesOfOneTicker(rows: readonly CsvRow[], name: string): readonly CsvRow[] {
  const names = rows[0]?.cells.slice(1) ?? [];
  if (!isOneTicker(names)) return rows;
  const column = closeField(names) + 1;
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
