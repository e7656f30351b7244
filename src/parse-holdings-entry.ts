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

/** `1,250.5`, `1'250`, `5.5` or `5,5`; a comma before three digits separates thousands. @returns NaN for others */
export function readCount(text: string): number {
  const plain = text.replaceAll("'", '').replace(/^\+/, '');
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(plain)) return Number(plain.replaceAll(',', ''));
  if (/^[1-9]\d{0,2}(\.\d{3})+,\d*$/.test(plain)) return Number(plain.replaceAll('.', '').replace(',', '.'));
  return /^(\d+([.,]\d*)?|[.,]\d+)$/.test(plain) ? Number(plain.replace(',', '.')) : Number.NaN;
}
