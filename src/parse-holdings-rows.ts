// The rows of brokers' files: which columns say what, and what a row holds.
import { UserError } from './errors.ts';
import type { CsvRow } from './files.ts';
import { type DecimalMark, type Entry, readCount, readSymbol } from './parse-holdings-entry.ts';
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
    'symboolisin',
    'instrument',
    'financialinstrument',
    'slice',
    'symbole',
    'simbolo',
    'kurzel',
    'kuerzel',
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
    'ownedquantity',
    'position',
    'amount',
    'aantal',
    'anzahl',
    'cantidad',
    'quantite',
    'menge',
    'stuck',
    'stueck',
    'stuckzahl',
    'stueckzahl',
    'bestand',
    'nombredetitres',
    'titulos',
    'acciones',
    'unidades',
  ],
  value: [
    'currentvalue',
    'marketvalue',
    'mktvalmarketvalue',
    'totalvalue',
    'value',
    'positionvalue',
    'localvalue',
    'lokalewaarde',
    'wert',
    'valorlocal',
    'marktwert',
    'kurswert',
    'gesamtwert',
    'valeur',
    'valorisation',
    'valor',
    'valordemercado',
  ],
  currency: ['currency', 'currencyprimary', 'currencycode', 'ccy', 'wahrung', 'waehrung', 'devise', 'moneda', 'divisa'],
  /** Not Fidelity's `Type`, which says whether shares are held on margin. */
  kind: ['assetcategory', 'assetclass', 'securitytype', 'assettype'],
  /** Of rows without a symbol. */
  name: [
    'description',
    'product',
    'produkt',
    'producto',
    'investmentname',
    'name',
    'bezeichnung',
    'libelle',
    'descripcion',
    'nombre',
  ],
} as const;

type Column = keyof typeof COLUMNS;
export type Columns = Readonly<Record<Column, number>>;

/** Also money-market funds, of which a share is a dollar: American symbols end in XX, Fidelity marks its own by stars. */
const CASH = /^((futures )?cash\b.*|.*\*\*|[A-Z]{3}XX)$/i;
const NO_POSITION = /total|pending|market value|^$/i;
const BLANK = /^(-+|n\/?a|null)?$/i;

/** A column's name in small letters without accents or anything else. */
export const fieldOf = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');

export function columnsOf(cells: readonly string[]): Columns {
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

/** `EUR 143,20`, or `EUR` before the cell with the number, as DEGIRO writes money. */
const CODED = /^([A-Z]{3})\b\s*(.*)$/;

/** @param mark of the decimals in the whole file; undefined: it does not tell */
export function positionIn(
  { cells, line }: CsvRow,
  { columns, mark }: { readonly columns: Columns; readonly mark: DecimalMark | undefined },
  option: string,
): Entry | undefined {
  const cell = (column: Column): string => cells[columns[column]]?.trim() ?? '';
  const [symbol, kind, name] = [cell('symbol'), cell('kind'), cell('name')];
  const refuse = (what: string): UserError => new UserError(`${option}, line ${line}: ${what}.`, { option });
  const isCash = CASH.test(symbol) || /^cash/i.test(kind) || (symbol === '' && CASH.test(name));
  if (!isCash && (NO_POSITION.test(symbol) || cells.length <= columns.units)) return undefined;
  const [, code = '', number = cell('value')] = CODED.exec(cell('value')) ?? [];
  const value = number === '' && code !== '' ? (cells[columns.value + 1]?.trim() ?? '') : number;
  const written = isCash && columns.value >= 0 && !BLANK.test(value) ? value : cell('units');
  if (BLANK.test(written)) {
    if (isCash || BLANK.test(value)) return undefined;
    throw refuse(`expected the number of units of ${symbol}, got none`);
  }
  const count = readCount(written, { mark, unclear: refuse });
  if (Number.isNaN(count))
    throw refuse(`expected the number of units of ${symbol || name}, 0 or more, got "${written}"`);
  if (count === 0) return undefined;
  if (isCash) {
    const codes = [cell('currency'), code, symbol, /\(([A-Z]{3})\)/.exec(symbol + name)?.[1] ?? ''];
    const currency = codes.find((one) => CURRENCIES.includes(one));
    return { amount: count, ...(currency !== undefined && { currency }) };
  }
  return { ticker: readSymbol(symbol.toUpperCase(), `${option}, line ${line},`), units: count };
}
