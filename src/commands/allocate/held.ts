// What both doors ask of holdings.
import { UserError } from '../../errors.ts';
import type { Held } from '../../held.ts';
import { RANGES } from '../../parse.ts';
import { chooseTickers, type UniverseSpec } from '../../prices/universes.ts';

export const amountBesideHoldings = (): UserError =>
  new UserError('Give either amount or holdings: money to invest is cash among the holdings, such as cash 500 USD.', {
    option: 'holdings',
  });

/**
 * The assets of a question that names none: those held.
 * @throws UserError when they are too few to split over, or too many
 */
export function assetsHeld({ positions }: Held): Extract<UniverseSpec, { readonly kind: 'tickers' }> {
  const { min, max } = RANGES.assets;
  if (positions.length >= min && positions.length <= max) return chooseTickers(positions.map(({ ticker }) => ticker));
  throw new UserError(
    `Say which assets to split over, or hold ${min} to ${max} different ones; got ${positions.length}.`,
    { option: 'holdings' },
  );
}
