import { basename } from 'node:path';
import type { Matrix } from '../../engine/types.ts';
import { UserError } from '../../errors.ts';
import { wholeNumber } from '../../format.ts';
import { checkUnique } from '../../prices/raw-prices.ts';
import { lineBatches, quotedIfNeeded, usingFile, writeWhole } from '../../files.ts';
import { headerOf, isCounter, OPTION } from './csv-columns.ts';

const MIN_SCENARIOS = 2;
const MAX_SCENARIOS = 1_000_000;
/** 800 MB; more would leave no memory for the optimiser. */
const MAX_NUMBERS = 100_000_000;
/** Beyond this, rounding would be larger than anything that is computed. */
const MAX_RETURN = 1e6;
/** Hexadecimal, binary and octal numbers, which `Number` reads too. */
const OTHER_BASE = /^0[xbo]/i;
const NINE = '9'.charCodeAt(0);

/**
 * A header of names, between commas or tabs, then one row of returns (fractions) per scenario: C (M, n).
 * @throws UserError naming file, line and name
 */
export async function readScenariosCsv(file: string): Promise<{ names: string[]; scenarios: Matrix }> {
  const where = basename(file);
  const reading = createReading(where);
  await usingFile('read', file, OPTION, async () => {
    for await (const lines of lineBatches(file)) for (const line of lines) reading.add(line);
  });
  return reading.result();
}

/** Collects the numbers of added lines in one array that doubles when it is full. */
function createReading(where: string) {
  let names: string[] | undefined;
  let delimiter = ',';
  let numbers = new Float64Array(1024);
  let used = 0;
  let lineNumber = 0;
  const fail = (message: string): never => {
    throw new UserError(`${where}${message}`, { option: OPTION });
  };

  const row = (line: string, header: readonly string[]): void => {
    const cells = line.split(delimiter);
    const n = header.length;
    if (cells.length !== n) fail(`, line ${lineNumber}: expected ${n} returns as in the header, got ${cells.length}.`);
    if (used + n > MAX_NUMBERS) fail(` has more than ${wholeNumber(MAX_NUMBERS)} numbers, the most that are read.`);
    if (used === n * MAX_SCENARIOS)
      fail(` has more than ${wholeNumber(MAX_SCENARIOS)} scenarios, the most that are read.`);
    if (used + n > numbers.length) numbers = grown(numbers, Math.max(2 * numbers.length, used + n));
    for (let j = 0; j < n; j++) {
      const value = returnOf(cells[j]!);
      if (!(value >= -1 && value <= MAX_RETURN)) fail(`, line ${lineNumber}, ${header[j]}: ${refusalOf(cells[j]!)}`);
      numbers[used++] = value;
    }
  };

  return {
    add(line: string): void {
      lineNumber++;
      if (line.trim() === '') return;
      if (names !== undefined) return row(line, names);
      delimiter = line.includes('\t') ? '\t' : ',';
      names = headerOf(line, delimiter, where);
      checkUnique(names, { where, option: OPTION });
    },
    result(): { names: string[]; scenarios: Matrix } {
      if (names === undefined)
        return fail(' is empty: expected a header of names, then a row of returns for each scenario.');
      const rows = used / names.length;
      if (rows < MIN_SCENARIOS) fail(`: expected at least ${MIN_SCENARIOS} scenarios, got ${rows}.`);
      const scenarios = { rows, cols: names.length, data: numbers.slice(0, used) };
      const counter = names.find((name, j) => isCounter(name, scenarios, j));
      if (counter !== undefined) fail(`: the column ${counter} counts the rows; leave it out.`);
      return { names, scenarios };
    },
  };
}

/** NaN when the cell is not a decimal number. */
function returnOf(cell: string): number {
  const text = (cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1) : cell).trim();
  const isOtherBase = text.charCodeAt(1) > NINE && OTHER_BASE.test(text);
  return text === '' || isOtherBase ? NaN : Number(text);
}

function refusalOf(cell: string): string {
  const value = returnOf(cell);
  if (value < -1)
    return `nothing can fall by more than 100%, got ${cell}: are these percent? Give fractions (0.05 is 5%).`;
  if (value > MAX_RETURN && value < Infinity)
    return `expected a return of at most ${wholeNumber(MAX_RETURN)} (a fraction: 0.05 is 5%), got ${cell}.`;
  return `expected a return as a fraction (0.05 is 5%), got "${cell}".`;
}

function grown(numbers: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const bigger = new Float64Array(size);
  bigger.set(numbers);
  return bigger;
}

/**
 * Writes a file from which readScenariosCsv reads exactly the same numbers. A crash leaves an older file intact.
 * @throws UserError when the file cannot be written
 */
export async function writeScenariosCsv(file: string, names: readonly string[], scenarios: Matrix): Promise<void> {
  await usingFile('write', file, 'out', () => writeWhole(file, csvPieces(names, scenarios)));
}

function* csvPieces(names: readonly string[], { rows, cols, data }: Matrix): Generator<string> {
  yield `${names.map(quotedIfNeeded).join(',')}\n`;
  const rowsAtOnce = Math.max(1, Math.floor(20_000 / cols));
  for (let from = 0; from < rows; from += rowsAtOnce) {
    let piece = '';
    for (let i = from; i < Math.min(rows, from + rowsAtOnce); i++)
      piece += `${data.subarray(i * cols, (i + 1) * cols).join(',')}\n`;
    yield piece;
  }
}
