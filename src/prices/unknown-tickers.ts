import { UserError } from '../errors.ts';
import type { TickerList } from './universes.ts';
import { UnknownTicker, type PriceVendor, type SymbolMatch } from './vendors/vendor.ts';

/** Symbols offered for one name. */
const MOST_OFFERED = 3;
/** Names that are searched for, so that a long list does not keep the vendor busy. */
const MOST_SEARCHED = 8;

const OR = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export interface UnknownAdvice {
  /** What was typed of the unknown ones: tickers, or names of several words. */
  readonly unknown: readonly string[];
  /** How to mend it, with the full stop or the question mark. */
  readonly advice: string;
}

/**
 * For a list with tickers of which the vendor has no prices: what its search offers instead, or how it writes symbols.
 * A name of several words is searched for as a whole, and word by word if nothing is found. Takes at most two seconds.
 * @param unknown tickers of the list
 */
export async function adviseOn(
  vendor: PriceVendor,
  { phrases = [] }: Pick<TickerList, 'phrases'>,
  unknown: readonly string[],
): Promise<UnknownAdvice> {
  const odd = phrases.filter((phrase) => wordsOf(phrase).some((word) => unknown.includes(word)));
  const matches = await searchAll(vendor, [...odd, ...unknown].slice(0, MOST_SEARCHED));
  const names = odd.filter((phrase) => matches.has(phrase));
  const explained = new Set(names.flatMap(wordsOf));
  const missing = [...names, ...unknown.filter((ticker) => !explained.has(ticker))];
  const offers = missing.flatMap((name) => {
    const found = matches.get(name);
    return found === undefined ? [] : [offerText(found, missing.length > 1 ? name : undefined)];
  });
  const others = missing.filter((name) => !matches.has(name));
  const sentences = [
    ...(offers.length > 0 ? [`did you mean ${offers.join('; ')}?`] : []),
    ...(others.length > 0 ? [checkText(vendor, others, offers.length > 0)] : []),
  ];
  return { unknown: missing, advice: sentences.join(' ') };
}

const wordsOf = (phrase: string): string[] => phrase.split(' ');

/** The best matches by name, without names that match nothing. */
async function searchAll(
  vendor: PriceVendor,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly SymbolMatch[]>> {
  const found = await Promise.all(
    names.map(async (name) => [name, ((await vendor.search?.(name)) ?? []).slice(0, MOST_OFFERED)] as const),
  );
  return new Map(found.filter(([, matches]) => matches.length > 0));
}

/** @param name what the symbols are for; absent: it is clear */
function offerText(matches: readonly SymbolMatch[], name?: string): string {
  const symbols = matches.map((match) => (match.name === '' ? match.symbol : `${match.symbol} (${match.name})`));
  return `${OR.format(symbols)}${name === undefined ? '' : ` for ${name}`}`;
}

/** @param isNext whether another sentence stands before */
function checkText(vendor: PriceVendor, symbols: readonly string[], isNext: boolean): string {
  const byHint = Map.groupBy(symbols, (symbol) => vendor.symbolHint?.(symbol) ?? '');
  const isClear = !isNext && byHint.size === 1;
  const things = [...byHint].map(([hint, same]) => {
    const named = isClear ? `the symbol${same.length > 1 ? 's' : ''}` : same.join(', ');
    return hint === '' ? named : `${named} (${hint})`;
  });
  return `${isNext ? 'Check' : 'check'} ${things.join('; ')}.`;
}

/**
 * The refusal of a list with tickers of which the vendor has no prices.
 * @param refusals why, of each
 */
export async function unknownTickers(
  vendor: PriceVendor,
  list: TickerList,
  refusals: readonly UserError[],
): Promise<UserError> {
  const [first, ...more] = refusals;
  const isNew = refusals.some((error) => error instanceof UnknownTicker && error.lastSeen === undefined);
  // Alone, it says more: since when the vendor has had none, or that it has no daily ones.
  if (first !== undefined && more.length === 0 && !isNew) return first;
  const { unknown, advice } = await adviseOn(vendor, list, refusals.map(tickerOf));
  return new UserError(`${vendor.title} has no prices of ${unknown.join(', ')}: ${advice}`, {
    option: 'tickers',
    code: 'vendor.unknown-ticker',
    data: { vendor: vendor.title, tickers: unknown },
  });
}

const tickerOf = ({ data }: UserError): string => String(data?.['ticker']);
