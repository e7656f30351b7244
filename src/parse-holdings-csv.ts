// Files of positions as brokers export them: Charles Schwab, Fidelity, Vanguard, E*TRADE, Trading 212, DEGIRO and others.
import { UserError } from './errors.ts';
import { type CsvRow, parseRows } from './files.ts';
import { decimalMarkIn, type DecimalMark, type Entry } from './parse-holdings-entry.ts';
import { columnsOf, fieldOf, positionIn } from './parse-holdings-rows.ts';
import { heldInStatement, isStatement } from './parse-holdings-statement.ts';

/** Columns of a list of transactions, which says what was bought and sold and not what is held. */
const OF_TRANSACTIONS = new Set(['action', 'transcode', 'transactiontype', 'activitydate', 'rundate']);

/** The header stands below a title in some. */
const MOST_TITLES = 20;
/**
 * @returns undefined when the text is no table with a column of symbols and one of units
 * @throws UserError that names the line
 */
export function heldInCsv(text: string, option: string): Entry[] | undefined {
  if (!text.includes('\n')) return undefined;
  if (isStatement(text)) return heldInStatement(parseRows(text, option, option, ','), option);
  const lines = text.split('\n').slice(0, MOST_TITLES);
  for (const delimiter of [',', ';', '\t']) {
    if (!lines.some((line) => isHeader(line.split(delimiter)))) continue;
    const rows = parseRows(text, option, option, delimiter);
    const at = rows.findIndex(({ cells }) => isHeader(cells));
    // Where commas separate cells, a point separates decimals unless quoted numbers tell otherwise.
    const mark = decimalMarkIn(rows.flatMap(({ cells }) => cells)) ?? (delimiter === ',' ? '.' : undefined);
    if (at >= 0) return entriesOf(rows[at]!, rows.slice(at + 1), { mark, option });
  }
  checkNoTable(lines[0]!, option);
  return undefined;
}

function isHeader(cells: readonly string[]): boolean {
  const { symbol, units } = columnsOf(cells);
  return symbol >= 0 && units >= 0;
}

/** @throws UserError when the text begins with names of columns, which what is typed does not */
function checkNoTable(first: string, option: string): void {
  const cells = (/[;\t]/.exec(first) ? first.split(/[;\t]/) : first.split(',')).map((cell) => cell.trim());
  if (cells.length < 2 || !cells.every((cell) => /^[^\d]+$/.test(cell))) return;
  const { symbol, units } = columnsOf(cells);
  const missing = [...(symbol < 0 ? ['symbols (Symbol)'] : []), ...(units < 0 ? ['units (Quantity)'] : [])];
  throw new UserError(`${option}: expected a column of ${missing.join(' and one of ')}; got "${cells.join(', ')}".`, {
    option,
  });
}

interface Reading {
  readonly mark: DecimalMark | undefined;
  readonly option: string;
}

function entriesOf(header: CsvRow, rows: readonly CsvRow[], { mark, option }: Reading): Entry[] {
  const fields = header.cells.map(fieldOf);
  if (fields.some((field) => OF_TRANSACTIONS.has(field))) {
    throw new UserError(
      `${option}, line ${header.line}: this is a list of transactions; export your positions, or write what you hold.`,
      { option },
    );
  }
  const reading = { columns: columnsOf(header.cells), mark };
  const isSame = ({ cells }: CsvRow): boolean => cells.map(fieldOf).join() === fields.join();
  // Schwab repeats the header for each account; Vanguard's transactions follow under a header of their own.
  const next = rows.findIndex((row) => isHeader(row.cells) && !isSame(row));
  const body = next < 0 ? rows : rows.slice(0, next);
  return body.filter((row) => !isSame(row)).flatMap((row) => positionIn(row, reading, option) ?? []);
}
