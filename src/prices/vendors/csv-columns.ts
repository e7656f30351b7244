// Which columns of a file are meant by the names that people type.
import { findTicker, MOST_LISTED } from '../../engine/market.ts';
import { UserError } from '../../errors.ts';
import { listNames } from '../../format.ts';

/** The columns of these tickers, once each. Where no column has such a name, blanks separate several. */
export function selectTickers(names: readonly string[], wanted: readonly string[], where: string): number[] {
  const isColumn = (ticker: string): boolean => findTicker(names, ticker) !== undefined;
  const tickers = wanted.flatMap((text) => {
    const words = text.split(/\s+/);
    return !isColumn(text) && words.some(isColumn) ? words : [text];
  });
  const unknown = tickers.filter((ticker) => !isColumn(ticker));
  if (unknown.length === 0) return [...new Set(tickers.map((ticker) => names.indexOf(findTicker(names, ticker)!)))];
  throw new UserError(`${where} has no column ${unknown.join(', ')}; it has ${listNames(names, MOST_LISTED)}.`, {
    option: 'tickers',
    code: 'csv.no-column',
    data: { where, tickers: unknown, columns: names },
  });
}
