// What people hold, as they type it or as their broker exports it.
import { UserError } from './errors.ts';
import { LARGEST_HELD, type Held } from './held.ts';
import { wholeNumber } from './format.ts';
import { heldInCsv } from './parse-holdings-csv.ts';
import { decimalMarkIn, type DecimalMark, type Entry, readCount, readSymbol } from './parse-holdings-entry.ts';
import { CURRENCIES } from './parse.ts';
import { listParts } from './typed-list.ts';

const EXAMPLE = '"AAPL 10, MSFT 5.5, cash 500 USD"';
const MOST_POSITIONS = 200;

const SYMBOLS: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY' };
/** Codes that are read as money without the word cash; of others, such as ALL and TOP, shares have the name. */
const PLAIN_MONEY = new Set(
  'USD EUR GBP CHF JPY CAD AUD NZD SEK NOK DKK HKD SGD CNY INR PLN CZK HUF ZAR BRL MXN KRW TWD ILS'.split(' '),
);
/** Between a number and its ticker. */
const FILLERS = new Set(['SHARE', 'SHARES', 'UNIT', 'UNITS', 'OF', 'X', 'AND']);

/**
 * `AAPL 10, 5.5 MSFT, cash 500 USD`, or the text of a CSV file as brokers export it. What comes twice is added up.
 * @param currency of cash that names none; absent: that of the prices
 * @throws UserError that names the part that is not understood
 */
export function parseHoldings(text: string, option: string, currency?: string): Held {
  const entries = heldInCsv(text, option) ?? typedEntries(text, option);
  const units = new Map<string, number>();
  const cash = new Map<string | undefined, number>();
  for (const entry of entries) {
    if ('ticker' in entry) units.set(entry.ticker, (units.get(entry.ticker) ?? 0) + entry.units);
    else {
      const code = entry.currency ?? currency;
      cash.set(code, (cash.get(code) ?? 0) + entry.amount);
    }
  }
  if (units.size + cash.size === 0)
    throw new UserError(`${option} takes what is held, such as ${EXAMPLE}; got nothing.`, { option });
  const large = [...units, ...cash].find(([, count]) => count > LARGEST_HELD);
  if (large !== undefined) {
    throw new UserError(
      `${option} takes numbers up to ${wholeNumber(LARGEST_HELD)}; got more of ${large[0] ?? 'cash'}.`,
      { option },
    );
  }
  if (units.size > MOST_POSITIONS) {
    throw new UserError(`${option} takes at most ${MOST_POSITIONS} different assets; got ${units.size}.`, { option });
  }
  return {
    positions: [...units].map(([ticker, count]) => ({ ticker, units: count })),
    cash: [...cash].map(([code, amount]) => (code === undefined ? { amount } : { amount, currency: code })),
  };
}

function typedEntries(text: string, option: string): Entry[] {
  const parts = listParts(text.replaceAll(/["“”]/g, ' '));
  const mark = decimalMarkIn(parts.flatMap((part) => part.match(/[\d.,']*\d/g) ?? []));
  return parts.map((part) => entryOf(part, option, mark));
}

const NUMBER = /^[-+]?[\d.,']*\d[\d.,']*$/;

function entryOf(part: string, option: string, mark: DecimalMark | undefined): Entry {
  const refuse = (what: string): UserError => new UserError(`${option} takes ${what}; got "${part}".`, { option });
  const spaced = part
    .toUpperCase()
    .replaceAll(/[−–]/g, '-')
    // The mark of a cashtag.
    .replaceAll(/\$(?=[A-Z])/g, ' ')
    .replaceAll(/([$€£¥])/g, ' $1 ')
    .replaceAll(/[:=](?=[\s\d-])/g, ' ')
    .replaceAll(/\bX(?=\d)|(?<=\d)X\b/g, ' ');
  const all = spaced.split(/\s+/).filter((word) => word !== '');
  const words = all.length > 2 ? all.filter((word) => !FILLERS.has(word)) : all;
  const numbers = words.filter((word) => NUMBER.test(word));
  const names = words.filter((word) => !numbers.includes(word) && word !== '-');
  if (numbers.length !== 1 || names.length === 0) {
    throw refuse(`one number for each asset, such as ${EXAMPLE}`);
  }
  if (numbers[0]!.startsWith('-') || words.includes('-')) throw refuse('what you own: no short positions and no debts');
  const count = readCount(numbers[0]!, { mark, unclear: (advice) => refuse(`clear numbers: ${advice}`) });
  if (!(count > 0)) throw refuse(`numbers above 0, such as ${EXAMPLE}`);
  const isCash = names.includes('CASH');
  const [name = '', ...more] = names.filter((word) => word !== 'CASH');
  if (isCash && name === '') return { amount: count };
  if (more.length > 0) throw refuse(`one symbol and one number for each asset, such as ${EXAMPLE}`);
  if (isCash || name in SYMBOLS || PLAIN_MONEY.has(name)) {
    const currency = SYMBOLS[name] ?? name;
    if (!CURRENCIES.includes(currency))
      throw refuse('cash with a currency by its code (ISO 4217), such as cash 500 USD');
    return { amount: count, currency };
  }
  return { ticker: readSymbol(name, option), units: count };
}
