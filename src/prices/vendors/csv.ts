import { basename, parse } from 'node:path';
import { isIndex } from '../../engine/market.ts';
import type { LoadedPrices } from '../../engine/types.ts';
import { UserError } from '../../errors.ts';
import type { CsvRow } from '../../files.ts';
import { listNames } from '../../format.ts';
import { createPrices, type PriceOptions } from '../prices.ts';
import { checkUnique, type RawPrices } from '../raw-prices.ts';
import { selectTickers } from './csv-columns.ts';
import { checkColumns, closesOfOneTicker } from './csv-fields.ts';
import { readPriceRows } from './csv-rows.ts';
import { createSeries, type PriceSeries, type DaySpan } from '../series.ts';

/**
 * Reads adjusted closes: a header `date,TICKER,…`, one row a day, oldest first. A blank cell is a missing price.
 * @param tickers the columns to use, in this order; absent: all. Other columns are ignored.
 * @param options with `until`, later rows are not looked at
 * @throws UserError naming file, line and ticker
 */
export async function readPricesCsv(
  file: string,
  tickers?: readonly string[],
  options: Pick<PriceOptions, 'until' | 'keepsEnded'> = {},
): Promise<LoadedPrices> {
  const { until } = options;
  const source = basename(file);
  const [header, ...days] = await readPriceRows(file, source);
  checkColumns(header?.cells.slice(1) ?? [], source);
  const known = until === undefined ? days : days.filter(({ cells }) => cells[0]! <= until);
  const raw = rawPrices(header === undefined ? [] : [header, ...known], source, selection(tickers, everyColumn));
  return { ...createPrices(raw, source, { ...options, hasHolidays: true }), source, stale: false };
}

/**
 * Reads the same file for uses without a model, which need only one column and two days.
 * @param tickers the columns to use; absent: all but indices (`^IXIC`), or the only column
 * @throws UserError naming file, line and ticker
 */
export async function readSeriesCsv(
  file: string,
  span: DaySpan,
  tickers?: readonly string[],
): Promise<PriceSeries & { readonly source: string }> {
  const source = basename(file);
  const all = await readPriceRows(file, source);
  const rows = tickers === undefined ? closesOfOneTicker(all, parse(source).name) : all;
  return { ...createSeries(rawPrices(rows, source, selection(tickers, assetColumns)), span, source), source };
}

/**
 * Reads a file of the same shape with units traded, as `RawPrices` has closes.
 * @throws UserError naming file, line and ticker
 */
export async function readVolumesCsv(file: string): Promise<RawPrices> {
  const source = basename(file);
  const raw = rawPrices(await readPriceRows(file, source), source, everyColumn);
  const row = raw.closes.findIndex((cells) => cells.some((volume) => volume !== undefined && volume < 0));
  if (row === -1) return raw;
  throw new UserError(`${source}, line ${raw.rowOf?.(row) ?? row + 2}: expected units traded, 0 or more, got less.`, {
    option: 'volumes',
  });
}

/** Selects columns of a file, by index. */
type Selection = (names: readonly string[], where: string) => readonly number[];

const everyColumn: Selection = (names) => names.map((_, j) => j);

const assetColumns: Selection = (names, where) => {
  if (names.length === 1) return [0];
  const assets = names.flatMap((name, j) => (isIndex(name) ? [] : [j]));
  if (assets.length > 0) return assets;
  throw new UserError(`${where} has indices alone: choose among the columns ${listNames(names, 12)}.`, {
    option: 'tickers',
    code: 'csv.indices-alone',
    data: { where, columns: names },
  });
};

function selection(wanted: readonly string[] | undefined, otherwise: Selection): Selection {
  return (names, where) => (wanted ? selectTickers(names, wanted, where) : otherwise(names, where));
}

function rawPrices(rows: readonly CsvRow[], where: string, select: Selection): RawPrices {
  const [header, ...body] = rows;
  if (header === undefined)
    throw new UserError(`${where} is empty: expected a header such as date,AAPL,MSFT.`, {
      option: 'prices',
      code: 'csv.empty',
      data: { where },
    });
  const [dateName = '', ...names] = header.cells;
  if (dateName !== 'date') {
    throw new UserError(
      `${where}, line ${header.line}: expected a header such as date,AAPL,MSFT, got "${dateName}" first.`,
      { option: 'prices', code: 'csv.no-header', data: { where, line: header.line, got: dateName } },
    );
  }
  checkUnique(names, { where, option: 'prices' });
  const columns = select(names, where);
  return {
    dates: body.map(({ cells }) => cells[0]!),
    tickers: columns.map((column) => names[column]!),
    closes: body.map((row) => closesOf(row, columns, names, where)),
    rowOf: (t) => body[t]!.line,
  };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function closesOf(
  { cells, line }: CsvRow,
  columns: readonly number[],
  names: readonly string[],
  where: string,
): (number | undefined)[] {
  if (cells.length !== names.length + 1) {
    throw new UserError(
      `${where}, line ${line}: expected ${names.length + 1} cells as in the header, got ${cells.length}.`,
      {
        option: 'prices',
        code: 'csv.row-length',
        data: { where, line, expected: names.length + 1, got: cells.length },
      },
    );
  }
  return columns.map((column) => {
    const cell = cells[column + 1]!;
    if (cell === '') return undefined;
    if (NUMBER.test(cell)) return Number(cell);
    const at = `${where}, line ${line} (${cells[0]}), ${names[column]}`;
    throw new UserError(
      `${at}: expected a price such as 101.25, got "${cell}"; leave the cell blank if there was none.`,
      { option: 'prices', code: 'csv.not-a-price', data: { at, got: cell } },
    );
  });
}
