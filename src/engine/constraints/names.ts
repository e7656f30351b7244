import { UserError } from '../../errors.ts';
import { findTicker, knownTicker, nameOfSector, unknownTicker } from '../market.ts';
import type { Prices } from '../types.ts';
import type { LinearTerm } from './linear.ts';
import type { Constraint } from './constraint.ts';

/**
 * The constraints with tickers as they are here, for names that were typed, or stored as they were typed. What a group
 * has and is not here stays as it is, and weighs nothing. A term without tickers is a sector, of which the prices tell.
 * @param assets all of them
 * @throws UserError when a term of a constraint, or a benchmark, is none of them: it would restrict nothing, and nobody
 *   would know
 */
export const resolveNames = (
  constraints: readonly Constraint[],
  { tickers, sectors }: Pick<Prices, 'tickers' | 'sectors'>,
): Constraint[] =>
  constraints.map((one) => {
    if (one.kind === 'behind') return { ...one, benchmark: knownTicker(tickers, one.benchmark, 'constraints') };
    if (one.kind !== 'linear') return one;
    const known = (term: NamedTerm) =>
      term.tickers.length === 0 ? inSector(term.name, tickers, sectors) : membersOf(term, tickers);
    return { ...one, terms: one.terms.map((term) => ({ ...term, tickers: known(term) })) };
  });

type NamedTerm = Pick<LinearTerm, 'name' | 'tickers'>;

function inSector(name: string, tickers: readonly string[], sectors: readonly string[] = []): readonly string[] {
  const names = sectors.map(nameOfSector);
  const found = tickers.filter((_, j) => names[j] === name.toLowerCase());
  if (found.length > 0) return found;
  const known = [...new Set(names)].filter((one) => one !== '');
  const others = known.length === 0 ? '' : `; it names ${known.join(', ')}`;
  throw new UserError(`\`${name}\` is none of these assets, as far as their source tells${others}.`, {
    option: 'constraints',
  });
}

/** An asset counts once in a group, however often it is named. */
function membersOf({ name, tickers: named }: NamedTerm, tickers: readonly string[]): readonly string[] {
  const found = named.map((one) => findTicker(tickers, one));
  if (found.every((one) => one === undefined)) throw unknownTicker(name, tickers, 'constraints');
  return [...new Set(found.map((one, at) => one ?? named[at]!))];
}
