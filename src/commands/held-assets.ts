// Questions about what a person holds: which assets they are about, and what the member has saved.
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { App } from '../app.ts';
import { findTicker } from '../engine/market.ts';
import { UserError } from '../errors.ts';
import type { Held } from '../held.ts';
import { RANGES } from '../parse.ts';
import { parseHoldings } from '../parse-holdings.ts';
import { chooseTickers, type UniverseSpec } from '../prices/universes.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';
import { readRequest } from './read-request.ts';
import { meansSaved, savedHeld } from './saved-holdings.ts';

export const amountBesideHoldings = (): UserError =>
  new UserError('Give either amount or holdings: money to invest is cash among the holdings, such as cash 500 USD.', {
    option: 'holdings',
  });

/** The option `holdings`. @param purpose follows what is held */
export const holdingsOption = (purpose: string) => ({
  type: OptionType.String as const,
  name: 'holdings',
  description: `What you hold, such as AAPL 10, cash 500 USD, ${purpose}; or: saved`,
  autocomplete: true as const,
});

/**
 * What the option `holdings` says is held; cash without a currency is in the server's.
 * @param saved what the member has saved, where that is meant
 * @throws UserError
 */
export const readHeld = ({ holdings }: Options, { settings }: GuildView, saved?: Held): Held | undefined =>
  holdings === undefined ? undefined : (saved ?? parseHoldings(String(holdings), 'holdings', settings.currency));

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

/**
 * Where no assets are named: the server's universe if it has all that is held; otherwise what is held alone.
 * @param held absent: nothing is said to be
 */
export function withHeldAssets(
  options: Options,
  held: readonly Named[] | undefined,
  { universes, settings }: GuildView,
  option?: string,
): Options {
  if (held === undefined || 'universe' in options || 'tickers' in options) return options;
  const usual = universes.find(({ name }) => name === settings.universe);
  const has = ({ ticker }: Named): boolean => usual !== undefined && findTicker(usual.tickers, ticker) !== undefined;
  if (held.length > 0 && held.every(has)) return options;
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

/** A question whose holdings are read when it is answered, if they are those that the member has saved. */
export interface ReadLater<Request> {
  readonly read: (member: { readonly app: Pick<App, 'savedHoldings'>; readonly memberId: string }) => Promise<Request>;
  readonly isPublic: boolean;
}

/**
 * Reads a question at once, so that only its member sees what is wrong; or later, where it means what they have saved.
 * @throws UserError as `read`, and when what is saved is to be shown to all
 */
export function readAbout<Request>(options: Options, read: (saved?: Held) => Request): ReadLater<Request> {
  const isPublic = options.public === true;
  if (!meansSaved(options.holdings)) {
    const request = read();
    return { read: () => Promise.resolve(request), isPublic };
  }
  if (isPublic) throw new UserError('What you have saved is for you alone: leave out public.', { option: 'public' });
  return { read: async ({ app, memberId }) => read(await savedHeld(app.savedHoldings, memberId)), isPublic };
}
