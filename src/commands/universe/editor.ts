import type { PricesDescription } from '../../prices/describe.ts';
import type { HistoryOptions, PriceService } from '../../prices/service.ts';
import { chooseTickers, type TickerList } from '../../prices/universes.ts';
import { UserError } from '../../errors.ts';
import { wordError } from '../error-words.ts';
import type { Guilds } from '../guilds.ts';
import type { GuildUniverse } from './record.ts';
import { mergeTickers, ownUniverse, withSectors, withTickers, withUniverse } from './rules.ts';

/** More concurrent changes than this are not expected. */
const MOST_TRIES = 10;

interface Services {
  readonly guilds: Guilds;
  readonly prices: PriceService;
}

type Options = Pick<HistoryOptions, 'signal' | 'onProgress'> & Pick<TickerList, 'phrases'>;

/** A universe that was saved. */
export interface SavedUniverse {
  /** In the vendor's own spelling. */
  readonly tickers: readonly string[];
  /** Sentences on those that the vendor spells in another way. */
  readonly notes: readonly string[];
  readonly described: PricesDescription;
}

/**
 * Saves a universe if the vendor has prices for its tickers and commands can use them together.
 * @throws UserError, in which case nothing is saved
 */
export async function createUniverse(
  { guilds, prices }: Services,
  guildId: string,
  universe: GuildUniverse,
  options: Options,
): Promise<SavedUniverse> {
  // Refuses what cannot be saved before the vendor is asked.
  withUniverse(await guilds.get(guildId), universe);
  const { spelled, ...checked } = await checkTogether(prices, universe, options);
  const tickers = [...new Set(spelled)];
  await guilds.update(guildId, (record) =>
    withSectors(withUniverse(record, { ...universe, tickers }), universe.name, {
      assets: checked.described.assets,
      added: tickers,
    }),
  );
  return { tickers, ...checked };
}

/**
 * Adds tickers after checking the universe with them, and checks again if it has changed in the meantime.
 * @returns the universe's tickers, the added ones, and its prices
 * @throws UserError, in which case nothing is saved
 */
export async function extendUniverse(
  { guilds, prices }: Services,
  guildId: string,
  { name, tickers: added }: Pick<GuildUniverse, 'name' | 'tickers'>,
  options: Options,
): Promise<SavedUniverse & { readonly added: readonly string[] }> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = ownUniverse(await guilds.get(guildId), name);
    const typed = mergeTickers(name, before.tickers, added);
    const { spelled, ...checked } = await checkTogether(prices, { ...before, tickers: typed }, options);
    // A new one may be another spelling of one that it has.
    const tickers = mergeTickers(name, before.tickers, [...new Set(spelled.slice(before.tickers.length))]);
    const fresh = tickers.slice(before.tickers.length);
    const joining = { assets: checked.described.assets, added: fresh };
    let isSaved = false;
    await guilds.update(guildId, (record) => {
      const { tickers: now, vendor } = ownUniverse(record, name);
      isSaved = now.join() === before.tickers.join() && vendor === before.vendor;
      return isSaved ? withSectors(withTickers(record, name, tickers), name, joining) : record;
    });
    if (isSaved) return { tickers, added: fresh, ...checked };
  }
  throw new UserError(`Somebody else is changing ${name} right now; nothing was changed: try again.`, {
    option: 'name',
  });
}

/**
 * @returns the tickers (n) in the vendor's own spelling (n), and their prices
 * @throws UserError when commands could not use them together, or this cannot be checked now
 */
async function checkTogether(
  prices: PriceService,
  { vendor: name, tickers }: TickerList,
  { phrases, ...options }: Options,
): Promise<Omit<SavedUniverse, 'tickers'> & { readonly spelled: readonly string[] }> {
  const list = { tickers, ...(name !== undefined && { vendor: name }), ...(phrases && { phrases }) };
  const { vendor, tickers: spelled, notes, unknown, advice, unchecked, reason } = await prices.check(list, options);
  if (unknown.length > 0) {
    throw new UserError(`${vendor.title} has no prices of ${unknown.join(', ')}; nothing was changed: ${advice}`, {
      option: 'tickers',
    });
  }
  if (unchecked.length > 0) {
    throw new UserError(
      `${unchecked.join(', ')} could not be checked, because ${vendor.title} did not answer (${reason}); nothing was changed: try again in a few minutes.`,
      { option: 'tickers' },
    );
  }
  try {
    return {
      spelled,
      notes,
      described: await prices.describe(chooseTickers([...new Set(spelled)], name), [], options),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${wordError(error, 'discord').message} Nothing was changed.`, {
      option: 'tickers',
      cause: error,
    });
  }
}
