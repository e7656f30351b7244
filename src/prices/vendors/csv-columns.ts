// Which columns of a file are meant by the names that people type.
import { UserError } from '../../errors.ts';
import { listNames } from '../raw-prices.ts';
import { otherSpellings } from './yahoo-symbols.ts';

/** For names that differ in how a class of shares is written: `$brk.b` and `BRK-B`. */
const spellingOf = (name: string): string => name.toUpperCase().replace(/^\$/, '').replaceAll(/[./]/g, '-');

/** The column of the very name, or else the first that differs by case, by spelling or by the dollars of a coin alone. */
function columnFinder(names: readonly string[]): (ticker: string) => number | undefined {
  const spelled = names.map(spellingOf);
  const inCapitals = names.map((name) => name.toUpperCase());
  return (ticker) => {
    const spelling = spellingOf(ticker);
    const places = [
      names.indexOf(ticker),
      inCapitals.indexOf(ticker.toUpperCase()),
      ...[spelling, ...otherSpellings(spelling)].map((other) => spelled.indexOf(other)),
    ];
    return places.find((column) => column >= 0);
  };
}

/** The columns of these tickers, once each. Where no column has such a name, blanks separate several. */
export function selectTickers(names: readonly string[], wanted: readonly string[], where: string): number[] {
  const columnOf = columnFinder(names);
  const isColumn = (ticker: string): boolean => columnOf(ticker) !== undefined;
  const tickers = wanted.flatMap((text) => {
    const words = text.split(/\s+/);
    return !isColumn(text) && words.some(isColumn) ? words : [text];
  });
  const unknown = tickers.filter((ticker) => !isColumn(ticker));
  if (unknown.length === 0) return [...new Set(tickers.flatMap((ticker) => columnOf(ticker) ?? []))];
  throw new UserError(`${where} has no column ${unknown.join(', ')}; it has ${listNames(names, 12)}.`, {
    option: 'tickers',
    code: 'csv.no-column',
    data: { where, tickers: unknown, columns: names },
  });
}
