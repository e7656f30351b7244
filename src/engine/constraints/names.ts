import { UserError } from '../../errors.ts';
import { isSameAsset } from './assets.ts';
import type { Constraint } from './constraint.ts';
import type { LinearConstraint } from './linear.ts';

/** Longer lists say little more. */
const MOST_NAMED = 12;

/**
 * A constraint on what is not there would restrict nothing, and nobody would know.
 * @param tickers of all assets
 * @throws UserError when a term of a constraint, or a benchmark, is none of them
 */
export function checkNames(constraints: readonly Constraint[], tickers: readonly string[]): void {
  const terms = constraints.flatMap((one): readonly Pick<LinearConstraint['terms'][number], 'name' | 'tickers'>[] => {
    if (one.kind === 'linear') return one.terms;
    return one.kind === 'behind' ? [{ name: one.benchmark, tickers: [one.benchmark] }] : [];
  });
  const isHere = (name: string): boolean => tickers.some((ticker) => isSameAsset(ticker, name));
  const unknown = terms.find((term) => !term.tickers.some((ticker) => isHere(ticker)));
  if (unknown === undefined) return;
  const more = tickers.length > MOST_NAMED ? ` and ${tickers.length - MOST_NAMED} more` : '';
  const data = { name: unknown.name, assets: `${tickers.slice(0, MOST_NAMED).join(', ')}${more}` };
  throw new UserError(`A constraint names ${data.name}, which is none of these assets: ${data.assets}.`, {
    option: 'constraints',
    code: 'constraints.unknown-name',
    data,
  });
}
