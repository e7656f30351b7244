import { UserError } from './errors.ts';
import { parseTickers } from './parse-tickers.ts';

/** Units of a ticker, or money. */
export type Entry =
  { readonly ticker: string; readonly units: number } | { readonly amount: number; readonly currency?: string };

const ISIN = /^[A-Z]{2}[A-Z0-9]{9}\d$/;

/** @throws UserError when it is no symbol */
export function readSymbol(name: string, option: string): string {
  if (ISIN.test(name)) {
    throw new UserError(`${option} takes symbols such as AAPL; "${name}" is an ISIN: write the symbol instead.`, {
      option,
    });
  }
  return parseTickers(name, option, { min: 1, max: 1 })[0]!;
}

/** What stands before the decimals of numbers. */
export type DecimalMark = '.' | ',';

/** Numbers that can have a decimal point alone: `5.5`, `0.125`, `1,250.5`, `1,250,000`. */
const HAS_POINT = /^(\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}|0?\.\d+|\d+\.(\d{1,2}|\d{4,}))$/;

/** The same with points for commas. */
const swapped = (number: string): string => number.replaceAll(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));

/** The decimal mark of numbers that tell it; undefined where none does, or they differ. */
export function decimalMarkIn(numbers: readonly string[]): DecimalMark | undefined {
  const marks = numbers
    .map((number) => bare(number).replaceAll(/[-%]/g, ''))
    .flatMap((number): DecimalMark[] =>
      HAS_POINT.test(number) ? ['.'] : HAS_POINT.test(swapped(number)) ? [','] : [],
    );
  return new Set(marks).size === 1 ? marks[0] : undefined;
}

const bare = (number: string): string => number.replaceAll(/['$€£¥\s]/g, '').replace(/^\+/, '');

/**
 * `1,250.5`, `1'250`, `5.5` or `5,5`. Where the mark is not known, a comma before three digits separates thousands.
 * @param unclear makes the error for a point before three digits where the mark is not known: `5.000`
 * @returns NaN for others
 */
export function readCount(
  text: string,
  { mark, unclear }: { readonly mark: DecimalMark | undefined; readonly unclear: (advice: string) => UserError },
): number {
  const plain = bare(text);
  if (mark === undefined && /^[1-9]\d{0,2}\.\d{3}$/.test(plain)) {
    // A fourth decimal tells `1.2340` from thousands.
    const [few, many] = [plain.endsWith('000') ? plain.slice(0, -4) : `${plain}0`, plain.replace('.', '')];
    throw unclear(`"${plain}" may be ${Number(few)} or ${Number(many)}: write ${few} or ${many}`);
  }
  const ways = mark === ',' ? [swapped(plain), plain] : [plain, swapped(plain)];
  return ways.map(readWithPoint).find((count) => !Number.isNaN(count)) ?? Number.NaN;
}

const readWithPoint = (number: string): number =>
  /^([1-9]\d{0,2}(,\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+)$/.test(number) ? Number(number.replaceAll(',', '')) : Number.NaN;
