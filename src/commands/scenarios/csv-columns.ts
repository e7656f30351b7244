// What the columns of a file of scenarios are: assets by name, and no counter of the rows.
import type { Matrix } from '../../engine/types.ts';
import { UserError } from '../../errors.ts';
import { parseRows } from '../../files.ts';

export const OPTION = 'scenarios-file';
const MAX_ASSETS = 5000;
/** A name made of digits, as in Tokyo and Shanghai; as a return it would be absurd. */
const NUMERIC_TICKER = /^\d{3,}$/;
/** Names of columns that count rows. */
const COUNTER = /^(#|no|nr|id|index|row|scenario|scenarios|path|simulation)\.?$/i;

/** @throws UserError when the first line is no header of names */
export function headerOf(line: string, delimiter: string, where: string): string[] {
  if (line.includes(';') && !line.includes(delimiter)) {
    throw new UserError(
      `${where}: the columns are separated by semicolons; expected commas between columns and a point in numbers, as in 0.05.`,
      { option: OPTION },
    );
  }
  const names = [...(parseRows(line, where, OPTION, delimiter)[0]?.cells ?? [])];
  const nameless = names.findIndex((name) => name === '');
  if (nameless === 0) {
    throw new UserError(`${where}: the first column has no name; name it, or leave it out if it counts the rows.`, {
      option: OPTION,
    });
  }
  if (nameless > 0)
    throw new UserError(`${where}: column ${nameless + 1} has no name; name every column.`, { option: OPTION });
  if (names.every((name) => !Number.isNaN(Number(name)) && !NUMERIC_TICKER.test(name))) {
    throw new UserError(`${where}: expected a header of names in the first line, got numbers.`, { option: OPTION });
  }
  if (names.length > MAX_ASSETS)
    throw new UserError(`${where}: expected at most ${MAX_ASSETS} assets, got ${names.length}.`, { option: OPTION });
  return names;
}

/** Whether the column with index j holds consecutive whole numbers, in any order; two may be returns, unless named so. */
export function isCounter(name: string, { rows, cols, data }: Matrix, j: number): boolean {
  if (rows < 3 && !COUNTER.test(name)) return false;
  const seen = new Set<number>();
  let [least, most] = [Infinity, 0];
  for (let at = j; at < data.length; at += cols) {
    const value = data[at]!;
    if (value < 0 || !Number.isInteger(value) || seen.has(value)) return false;
    seen.add(value);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most - least === rows - 1;
}
