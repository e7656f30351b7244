// Tickers as people type them.
import { UserError } from './errors.ts';
import type { Range } from './parse.ts';

/** Also the letters of names, for which the vendor's search then offers symbols. */
export const TICKER = /^[\p{L}\p{N}.^=&'’!/+-]{1,40}$/u;
/** Of a name; more are a list without commas. */
const MOST_WORDS = 6;
const MANY_TICKERS: Range = { min: 2, max: 500 };

/** The parts between commas and semicolons, in capitals, without `$`, quotes and what stands in brackets. */
function partsOf(text: string): string[][] {
  return text
    .normalize('NFKC')
    .replaceAll(/\([^)]*(?:\)|$)/g, ' ')
    .toUpperCase()
    .split(/[,;\n]/)
    .map((part) =>
      part
        .split(/\s+/)
        .map((word) => word.replaceAll(/^["'“”$]+|["'“”]+$/g, ''))
        .filter((word) => word !== ''),
    )
    .filter((words) => words.length > 0);
}

const hasLetter = (word: string): boolean => /[\p{L}\p{N}]/u.test(word);

/**
 * `"$AAPL, msft BRK-B"` → `['AAPL', 'MSFT', 'BRK-B']`: different words, each of which may be a symbol.
 * @throws UserError
 */
export function parseTickers(text: string, option: string, { min, max }: Range = MANY_TICKERS): string[] {
  const parts = partsOf(text);
  // The & of "Johnson & Johnson" is no symbol.
  const tickers = [...new Set(parts.flatMap((words) => (words.length > 1 ? words.filter(hasLetter) : words)))];
  const odd = tickers.find((ticker) => !TICKER.test(ticker) || !hasLetter(ticker));
  if (odd !== undefined) {
    throw new UserError(`${option} takes symbols such as AAPL, MSFT or BRK-B; got "${odd}".`, { option });
  }
  if (tickers.length < min || tickers.length > max) {
    throw new UserError(
      `${option} takes ${min} to ${max} different symbols separated by commas; got ${tickers.length}.`,
      { option },
    );
  }
  return tickers;
}

/** The parts of a few words, which may be names: `"coca cola, AAPL"` → `['COCA COLA']`. */
export const parsePhrases = (text: string): string[] =>
  partsOf(text)
    .filter((words) => words.length > 1 && words.length <= MOST_WORDS)
    .map((words) => words.join(' '));
