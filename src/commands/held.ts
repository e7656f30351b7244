// What both doors ask of holdings.
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { UserError } from '../errors.ts';
import type { Held } from '../held.ts';
import { RANGES } from '../parse.ts';
import { parseHoldings } from '../parse-holdings.ts';
import { chooseTickers, type UniverseSpec } from '../prices/universes.ts';
import type { Options } from './options.ts';
import { meansSaved, savedHeld } from './saved-holdings.ts';
import type { Context } from './slash-command.ts';

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

/** The option `holdings`. @param purpose follows what is held */
export const holdingsOption = (purpose: string) => ({
  type: OptionType.String as const,
  name: 'holdings',
  description: `What you hold, such as AAPL 10, cash 500 USD, ${purpose}; or: saved`,
});

/** What the option `holdings` says. */
export interface AskedHeld {
  readonly held?: Held;
  /** What the member has saved is meant, which is read when the command runs. */
  readonly usesSaved?: true;
}

/** @throws UserError */
export function readHoldings({ holdings }: Options): AskedHeld {
  if (holdings === undefined) return {};
  return meansSaved(holdings) ? { usesSaved: true } : { held: parseHoldings(String(holdings), 'holdings') };
}

/** Where no assets are named, those held are meant, before the server's default. @throws UserError as `assetsHeld` */
export const withAssets = (options: Options, { held }: AskedHeld): Options =>
  held === undefined || 'universe' in options || 'tickers' in options
    ? options
    : { ...options, tickers: assetsHeld(held).tickers.join(', ') };

/** The question with what the member has saved, where that is meant. @throws UserError when nothing is saved */
export async function withSaved<Q extends { readonly held?: Held }>(
  question: Q,
  { usesSaved }: { readonly usesSaved?: boolean },
  { app, memberId }: Pick<Context, 'app' | 'memberId'>,
): Promise<Q> {
  return usesSaved === true ? { ...question, held: await savedHeld(app.savedHoldings, memberId) } : question;
}
