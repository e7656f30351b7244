// Activity statements of Interactive Brokers: many tables in one file. Each row names its table and says whether it is data.
import { UserError } from './errors.ts';
import type { CsvRow } from './files.ts';
import { type Entry, readCount } from './parse-holdings-entry.ts';
import { columnsOf, fieldOf, positionIn } from './parse-holdings-rows.ts';
import { CURRENCIES } from './parse.ts';

const POSITIONS = 'Open Positions';
const CASH = 'Cash Report';

export const isStatement = (text: string): boolean => /^\uFEFF?"?Statement"?,"?Header"?,/.test(text);

/** @throws UserError that names the line, or that says which table is missing */
export function heldInStatement(rows: readonly CsvRow[], option: string): Entry[] {
  const header = rows.find(({ cells }) => cells[0] === POSITIONS && cells[1] === 'Header');
  if (header === undefined) {
    throw new UserError(
      `${option}: this statement has no table of open positions: include it when you export, or write what you hold.`,
      { option },
    );
  }
  // Statements are in English, whatever the account is in.
  const reading = { columns: columnsOf(header.cells), mark: '.' as const };
  // Lots stand below their sum.
  const kind = header.cells.map(fieldOf).indexOf('datadiscriminator');
  const positions = dataOf(rows, POSITIONS).filter(({ cells }) => kind < 0 || cells[kind] === 'Summary');
  return [...positions.flatMap((row) => positionIn(row, reading, option) ?? []), ...cashIn(rows, option)];
}

const dataOf = (rows: readonly CsvRow[], table: string): CsvRow[] =>
  rows.filter(({ cells }) => cells[0] === table && cells[1] === 'Data');

/** What is left in each currency at the end; the sum of all where there is but one. */
function cashIn(rows: readonly CsvRow[], option: string): Entry[] {
  const fields = rows.find(({ cells }) => cells[0] === CASH && cells[1] === 'Header')?.cells.map(fieldOf) ?? [];
  const [currency, total] = [fields.indexOf('currency'), fields.indexOf('total')];
  if (currency < 0 || total < 0) return [];
  const ends = dataOf(rows, CASH).filter(({ cells }) => cells[2] === 'Ending Cash');
  const named = ends.filter(({ cells }) => CURRENCIES.includes(cells[currency] ?? ''));
  const base = dataOf(rows, 'Account Information').find(({ cells }) => cells[2] === 'Base Currency')?.cells[3];
  return (named.length > 0 ? named : ends).flatMap(({ cells, line }) => {
    const refuse = (what: string): UserError => new UserError(`${option}, line ${line}: ${what}.`, { option });
    const amount = readCount(cells[total] ?? '', { mark: '.', unclear: refuse });
    const code = named.length > 0 ? cells[currency] : base;
    if (amount === 0) return [];
    if (amount > 0) return [{ amount, ...(code !== undefined && { currency: code }) }];
    throw refuse(`expected cash of 0 or more, got "${cells[total]}": debts are not read`);
  });
}
