// The numbers of a file of prices. What its points and commas mean is decided by all of them, never for a cell alone.
import { UserError } from '../../errors.ts';
import type { CsvRow } from '../../files.ts';

type Mark = '.' | ',';

const BLANK = /^(null|none|nan|n\/?a|#n\/a|\.|-)$/i;
/** `1,250` and `1.250`: a fraction or thousands. */
const UNCLEAR = /^[+-]?[1-9]\d{0,2}([.,])\d{3}$/;
/** What is clear, by its decimal mark: `1,250.5`, `0.125` and `1,250,000`; `1.250,5`, `0,125` and `1.250.000`. */
const CLEAR: Readonly<Record<Mark, RegExp>> = {
  '.': /^[+-]?(\d*\.\d*|\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,})(e[+-]?\d+)?$/i,
  ',': /^[+-]?(\d*,\d*|\d{1,3}(\.\d{3})+,\d*|\d{1,3}(\.\d{3}){2,})(e[+-]?\d+)?$/i,
};

/**
 * Gives numbers a decimal point and no other mark; blank where the text says that there is no price.
 * @param days day first
 * @throws UserError when their decimal mark is not the same everywhere
 */
export function withPoints(days: readonly CsvRow[], delimiter: string, where: string): readonly CsvRow[] {
  const mark = decimalMark(days, delimiter, where);
  return days.map(({ cells: [day = '', ...cells], line }) => ({
    cells: [day, ...cells.map((cell) => withPoint(cell, mark))],
    line,
  }));
}

function withPoint(cell: string, mark: Mark): string {
  if (BLANK.test(cell)) return '';
  if (!cell.includes(',') && mark === '.') return cell;
  if (!UNCLEAR.test(cell) && !CLEAR[mark].test(cell)) return cell;
  return cell.replaceAll(mark === '.' ? ',' : '.', '').replace(mark, '.');
}

/** If nothing is clear, a comma between other delimiters is taken for a decimal mark. */
function decimalMark(days: readonly CsvRow[], delimiter: string, where: string): Mark {
  const clear = new Map<Mark, string>();
  const unclear = new Map<Mark, string>();
  for (const { cells, line } of days) {
    for (const cell of cells.slice(1)) {
      const isUnclear = UNCLEAR.test(cell);
      const mark = isUnclear ? (cell.includes('.') ? '.' : ',') : clearMark(cell);
      const found = isUnclear ? unclear : clear;
      if (mark !== undefined && !found.has(mark)) found.set(mark, `${cell} (line ${line})`);
    }
  }
  if (clear.size === 0 && delimiter === ',') return '.';
  const [mark, other] = (clear.size > 0 ? clear : unclear).keys();
  if (mark === undefined || other === undefined) return mark ?? '.';
  const examples = [...(clear.size > 0 ? clear : unclear).values()];
  throw new UserError(
    `${where} writes numbers in two ways, ${examples.join(' and ')}: use the same decimal mark everywhere.`,
    { option: 'prices', code: 'csv.two-decimal-marks', data: { where, examples } },
  );
}

function clearMark(cell: string): Mark | undefined {
  if (BLANK.test(cell)) return undefined;
  if (CLEAR['.'].test(cell)) return '.';
  return CLEAR[','].test(cell) ? ',' : undefined;
}
