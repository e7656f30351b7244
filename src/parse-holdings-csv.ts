// Files of positions as brokers export them: Charles Schwab, Fidelity, Vanguard, E*TRADE, Interactive Brokers and others.
import { UserError } from './errors.ts';
import { type CsvRow, parseRows } from './files.ts';
import { type Entry, readCount, readSymbol } from './parse-holdings-entry.ts';
import { CURRENCIES } from './parse.ts';

/** The names that brokers give a column, in small letters without anything else, those that say most first. */
const COLUMNS = {
  symbol: [
    'symbol',
    'ticker',
    'tickersymbol',
    'stocksymbol',
    'instrumentsymbol',
    'symbolcusip',
    'symbolisin',
    'instrument',
  ],
  units: [
    'quantity',
    'qty',
    'qtyquantity',
    'shares',
    'units',
    'sharesowned',
    'numberofshares',
    'noofshares',
    'position',
    'amount',
  ],
  value: ['currentvalue', 'marketvalue', 'mktvalmarketvalue', 'totalvalue', 'value', 'positionvalue', 'localvalue'],
  currency: ['currency', 'currencyprimary', 'currencycode', 'ccy'],
  kind: ['assetcategory', 'assetclass', 'securitytype', 'assettype', 'type'],
  /** Of rows without a symbol. */
  name: ['description', 'product', 'investmentname', 'name'],
} as const;

type Column = keyof typeof COLUMNS;
type Columns = Readonly<Record<Column, number>>;

/** The header stands below a title in some. */
const MOST_TITLES = 20;
/** Also the money-market fund in which Fidelity keeps cash: `SPAXX**`. */
const CASH = /^(cash\b.*|.*\*\*)$/i;
const NO_POSITION = /total|pending|^$/i;
const BLANK = /^(-+|n\/?a|null)?$/i;

const fieldOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '');

/**
 * @returns undefined when the text is no table with a column of symbols and one of units
 * @throws UserError that names the line
 */
export function heldInCsv(text: string, option: string): Entry[] | undefined {
  if (!text.includes('\n')) return undefined;
  const lines = text.split('\n').slice(0, MOST_TITLES);
  for (const delimiter of [',', ';', '\t']) {
    if (!lines.some((line) => isHeader(line.split(delimiter)))) continue;
    const rows = parseRows(text, option, option, delimiter);
    const at = rows.findIndex(({ cells }) => isHeader(cells));
    if (at >= 0) return entriesOf(rows[at]!, rows.slice(at + 1), option);
  }
  return undefined;
}

function columnsOf(cells: readonly string[]): Columns {
  const fields = cells.map(fieldOf);
  const find = (column: Column): number =>
    COLUMNS[column].map((name) => fields.indexOf(name)).find((index) => index >= 0) ?? -1;
  return {
    symbol: find('symbol'),
    units: find('units'),
    value: find('value'),
    currency: find('currency'),
    kind: find('kind'),
    name: find('name'),
  };
}

function isHeader(cells: readonly string[]): boolean {
  const { symbol, units } = columnsOf(cells);
  return symbol >= 0 && units >= 0;
}

function entriesOf({ cells: header }: CsvRow, rows: readonly CsvRow[], option: string): Entry[] {
  const columns = columnsOf(header);
  // A statement of Interactive Brokers holds other tables too: each row names its table, and whether it is data.
  const isSection = header[1] === 'Header';
  const own = isSection ? rows.filter(({ cells }) => cells[0] === header[0] && cells[1] === 'Data') : rows;
  // Vanguard's transactions follow under a header of their own.
  const next = own.findIndex(({ cells }) => isHeader(cells));
  const body = next < 0 ? own : own.slice(0, next);
  return body.flatMap((row) => entryOf(row, columns, option) ?? []);
}

function entryOf({ cells, line }: CsvRow, columns: Columns, option: string): Entry | undefined {
  const cell = (column: Column): string => cells[columns[column]]?.trim() ?? '';
  const [symbol, kind, name] = [cell('symbol'), cell('kind'), cell('name')];
  const refuse = (what: string): UserError => new UserError(`${option}, line ${line}: ${what}.`, { option });
  const isCash = CASH.test(symbol) || /^cash/i.test(kind) || (symbol === '' && CASH.test(name));
  if (!isCash && (NO_POSITION.test(symbol) || cells.length <= columns.units)) return undefined;
  const written = isCash && columns.value >= 0 && !BLANK.test(cell('value')) ? cell('value') : cell('units');
  if (BLANK.test(written)) {
    if (isCash || BLANK.test(cell('value'))) return undefined;
    throw refuse(`expected the number of units of ${symbol}, got none`);
  }
  const count = readCount(written.replaceAll(/[$€£¥\s]/g, ''));
  if (Number.isNaN(count))
    throw refuse(`expected the number of units of ${symbol || name}, 0 or more, got "${written}"`);
  if (count === 0) return undefined;
  if (isCash) {
    const currency = [cell('currency'), symbol, /\(([A-Z]{3})\)/.exec(symbol + name)?.[1] ?? ''].find((code) =>
      CURRENCIES.includes(code),
    );
    return { amount: count, ...(currency !== undefined && { currency }) };
  }
  return { ticker: readSymbol(symbol.toUpperCase(), `${option}, line ${line},`), units: count };
}
