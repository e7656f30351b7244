// Files of prices as people export them, brought into one form: a header `date,TICKER,…`, then a row for each day.
import { readFile } from 'node:fs/promises';
import { decoderOf, parseRows, usingFile, type CsvRow } from '../../files.ts';
import { asColumns, withDays, withOneHeader } from './csv-layouts.ts';
import { withPoints } from './csv-numbers.ts';

/**
 * Reads UTF-8 or, with a byte order mark, UTF-16; commas, semicolons or tabs; one header row or those of yfinance; one
 * column for each ticker, or rows of date, ticker and close; the newest day last or first. Words for "no price" become
 * blanks.
 * @returns the header, then the days; no row when the file is empty
 * @throws UserError when the file cannot be read, or is no CSV
 */
export async function readPriceRows(file: string, where: string): Promise<CsvRow[]> {
  const bytes = await usingFile('read', file, 'prices', () => readFile(file));
  const text = decoderOf(bytes).decode(bytes);
  const [firstLine = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t'].find((one) => firstLine.includes(one)) ?? ',';
  const rows = withDays(withOneHeader(parseRows(text, where, 'prices', delimiter)));
  const [header, ...days] = asColumns(rows, where);
  return header === undefined ? [] : [header, ...withPoints(oldestFirst(days), delimiter, where)];
}

function oldestFirst(days: readonly CsvRow[]): readonly CsvRow[] {
  const isFalling = days.every(({ cells }, t) => t === 0 || cells[0]! < days[t - 1]!.cells[0]!);
  return isFalling ? days.toReversed() : days;
}
