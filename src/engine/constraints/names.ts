import { findTicker, knownTicker, unknownTicker } from '../market.ts';
import type { Constraint } from './constraint.ts';

/**
 * The constraints with tickers as they are here, for names that were typed, or stored as they were typed. What a group
 * has and is not here stays as it is, and weighs nothing.
 * @param tickers of all assets
 * @throws UserError when a term of a constraint, or a benchmark, is none of them: it would restrict nothing, and nobody
 *   would know
 */
export const resolveNames = (constraints: readonly Constraint[], tickers: readonly string[]): Constraint[] =>
  constraints.map((one) => {
    if (one.kind === 'behind') return { ...one, benchmark: knownTicker(tickers, one.benchmark, 'constraints') };
    if (one.kind !== 'linear') return one;
    return { ...one, terms: one.terms.map((term) => ({ ...term, tickers: membersOf(term, tickers) })) };
  });

/** An asset counts once in a group, however often it is named. */
function membersOf(
  { name, tickers: named }: { readonly name: string; readonly tickers: readonly string[] },
  tickers: readonly string[],
): readonly string[] {
  const found = named.map((one) => findTicker(tickers, one));
  if (found.every((one) => one === undefined)) throw unknownTicker(name, tickers, 'constraints');
  return [...new Set(found.map((one, at) => one ?? named[at]!))];
}
