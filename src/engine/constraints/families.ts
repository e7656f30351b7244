import type { Constraint } from './constraint.ts';

/**
 * Constraints that ask the same of one asset each, such as `NVDA >= 5%` and `AAPL >= 5%`, are one demand: people read
 * them, and loosen them, together.
 * @returns the indices of each family, in the order of the first; a constraint like no other is a family of its own
 */
export function familiesOf(constraints: readonly Constraint[]): readonly (readonly number[])[] {
  const families = Map.groupBy(constraints.keys(), (at) => keyOf(constraints[at]!) ?? at);
  return [...families.values()];
}

/** What is asked of one asset; undefined for other constraints. */
const keyOf = (one: Constraint): string | undefined =>
  one.kind === 'linear' && nameOf(one) !== undefined ? `${one.relation} ${one.bound}` : undefined;

/** The asset of a constraint on one alone. */
export function nameOf(constraint: Constraint): string | undefined {
  if (constraint.kind !== 'linear') return undefined;
  const [term, ...others] = constraint.terms;
  return term?.factor === 1 && term.tickers.length === 1 && others.length === 0 ? term.name : undefined;
}
