// Questions about what a person holds: which assets they are about, and what the member has saved.
import type { App } from '../app.ts';
import { isSameAsset } from '../engine/constraints/assets.ts';
import { UserError } from '../errors.ts';
import type { Held } from '../held.ts';
import { RANGES } from '../parse.ts';
import { chooseTickers, type UniverseSpec } from '../prices/universes.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';
import { readRequest } from './read-request.ts';
import { meansSaved, savedHeld } from './saved-holdings.ts';

export const amountBesideHoldings = (): UserError =>
  new UserError('Give either amount or holdings: money to invest is cash among the holdings, such as cash 500 USD.', {
    option: 'holdings',
  });

type Named = { readonly ticker: string };

/**
 * The assets of a question that names none: those held.
 * @throws UserError when they are too few to draw scenarios of, or too many
 */
export function assetsHeld(
  held: readonly Named[],
  option = 'holdings',
  vendor?: string,
): Extract<UniverseSpec, { readonly kind: 'tickers' }> {
  const { min, max } = RANGES.assets;
  if (held.length >= min && held.length <= max)
    return chooseTickers(
      held.map(({ ticker }) => ticker),
      vendor,
    );
  const few = held.length === 1 ? `names ${held[0]!.ticker} alone` : `names ${held.length} assets`;
  throw new UserError(
    `${option} ${few}: also say which assets to look at, by a universe or tickers, or hold ${min} to ${max} different ones.`,
    { option },
  );
}

/** Where no assets are named: the server's universe if it has all that is held; otherwise what is held alone. */
export function withHeldAssets(
  options: Options,
  held: readonly Named[],
  { universes, settings }: GuildView,
  option?: string,
): Options {
  if ('universe' in options || 'tickers' in options) return options;
  const usual = universes.find(({ name }) => name === settings.universe);
  const has = (ticker: string): boolean => usual?.tickers.some((one) => isSameAsset(one, ticker)) === true;
  if (held.length > 0 && held.every(({ ticker }) => has(ticker))) return options;
  return { ...options, tickers: assetsHeld(held, option).tickers.join(', ') };
}

/** A question about the risk of what is given, of which no constraint is asked. @throws UserError like `readRequest` */
export function readGiven(
  options: Options,
  held: readonly Named[],
  place: GuildView,
  option?: string,
): ReturnType<typeof readRequest> {
  const unbounded = { ...place, settings: { ...place.settings, constraints: [] } };
  return readRequest(withHeldAssets(options, held, place, option), unbounded);
}

/** Reads a question at once, so that only its member sees what is wrong; or later, where it means what they have saved. */
export function readAbout<Request>(
  options: Options,
  read: (saved?: Held) => Request,
): (member: { readonly app: Pick<App, 'savedHoldings'>; readonly memberId: string }) => Promise<Request> {
  if (meansSaved(options['holdings'])) {
    return async ({ app, memberId }) => read(await savedHeld(app.savedHoldings, memberId));
  }
  const request = read();
  return () => Promise.resolve(request);
}
