import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LoadedPrices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { checkUnique, few } from './checks.ts';
import { parseRows, usingFile, type Row } from './files.ts';
import { createPrices, type RawPrices } from './prices.ts';

export { readScenariosCsv, writeScenariosCsv } from './scenarios-csv.ts';

/**
 * `date,TICKER,…`: a row a day, oldest first, adjusted closes, a blank cell where there is no price.
 * @param tickers the columns to use, in this order; the others are not looked at. All, if absent.
 * @throws UserError naming file, line and ticker
 */
export async function readPricesCsv(file: string, tickers?: readonly string[]): Promise<LoadedPrices> {
  const text = await usingFile('read', file, 'prices', () => readFile(file, 'utf8'));
  const source = basename(file);
  const { prices, notes } = createPrices(rawPrices(parseRows(text, source, 'prices'), tickers, source), source);
  return { prices, source, stale: false, notes };
}

function rawPrices(rows: readonly Row[], wanted: readonly string[] | undefined, where: string): RawPrices {
  const [header, ...body] = rows;
  if (header === undefined)
    throw new UserError(`${where} is empty: expected a header such as date,AAPL,MSFT.`, 'prices');
  const [dateName = '', ...names] = header.cells;
  if (dateName.toLowerCase() !== 'date') {
    throw new UserError(
      `${where}, line ${header.line}: expected a header such as date,AAPL,MSFT, got "${dateName}" first.`,
      'prices',
    );
  }
  checkUnique(names, { where, option: 'prices' });
  const columns = wanted ? selectTickers(names, wanted, where) : names.map((_, j) => j);
  return {
    dates: body.map(({ cells }) => cells[0]!),
    tickers: columns.map((column) => names[column]!),
    closes: body.map((row) => closesOf(row, columns, names, where)),
    rowOf: (t) => body[t]!.line,
  };
}

/** The columns of these tickers, whatever the case of their letters. */
function selectTickers(names: readonly string[], wanted: readonly string[], where: string): number[] {
  const known = names.map((name) => name.toUpperCase());
  const unknown = wanted.filter((ticker) => !known.includes(ticker.toUpperCase()));
  if (unknown.length === 0) return wanted.map((ticker) => known.indexOf(ticker.toUpperCase()));
  throw new UserError(`${where} has no column ${few(unknown)}; it has ${few(names, 12)}.`, 'tickers');
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function closesOf(
  { cells, line }: Row,
  columns: readonly number[],
  names: readonly string[],
  where: string,
): (number | undefined)[] {
  if (cells.length !== names.length + 1) {
    throw new UserError(
      `${where}, line ${line}: expected ${names.length + 1} cells as in the header, got ${cells.length}.`,
      'prices',
    );
  }
  return columns.map((column) => {
    const cell = cells[column + 1]!;
    if (cell === '') return undefined;
    if (NUMBER.test(cell)) return Number(cell);
    const at = `${where}, line ${line} (${cells[0]}), ${names[column]}`;
    throw new UserError(
      `${at}: expected a price such as 101.25, got "${cell}"; leave the cell blank if there was none.`,
      'prices',
    );
  });
}
