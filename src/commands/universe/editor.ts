import type { PricesDescription } from '../../prices/describe.ts';
import type { HistoryOptions, PriceService } from '../../prices/service.ts';
import { chooseTickers, type TickerList } from '../../prices/universes.ts';
import { UserError } from '../../errors.ts';
import { discordName, wordError } from '../error-words.ts';
import type { Guilds } from '../guilds.ts';
import type { GuildUniverse } from './record.ts';
import { mergeTickers, ownUniverse, withTickers, withUniverse } from './rules.ts';

/** More concurrent changes than this are not expected. */
const MOST_TRIES = 10;

interface Services {
  readonly guilds: Guilds;
  readonly prices: PriceService;
}

type Options = Pick<HistoryOptions, 'signal' | 'onProgress'>;

/**
 * Saves a universe if the vendor has prices for its tickers and commands can use them together.
 * @throws UserError, in which case nothing is saved
 */
export async function createUniverse(
  { guilds, prices }: Services,
  guildId: string,
  universe: GuildUniverse,
  options: Options,
): Promise<PricesDescription> {
  // Refuses what cannot be saved before the vendor is asked.
  withUniverse(await guilds.get(guildId), universe);
  const described = await checkTogether(prices, universe, options);
  await guilds.update(guildId, (record) => withUniverse(record, universe));
  return described;
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
): Promise<{ tickers: readonly string[]; added: readonly string[]; described: PricesDescription }> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = ownUniverse(await guilds.get(guildId), name);
    const tickers = mergeTickers(name, before.tickers, added);
    const described = await checkTogether(prices, { ...before, tickers }, options);
    let isSaved = false;
    await guilds.update(guildId, (record) => {
      const { tickers: now, vendor } = ownUniverse(record, name);
      isSaved = now.join() === before.tickers.join() && vendor === before.vendor;
      return isSaved ? withTickers(record, name, tickers) : record;
    });
    if (isSaved) return { tickers, added: tickers.slice(before.tickers.length), described };
  }
  throw new UserError(`Somebody else is changing ${name} right now; nothing was changed: try again.`, {
    option: 'name',
  });
}

/** @throws UserError when commands could not use these tickers together, or this cannot be checked now */
async function checkTogether(prices: PriceService, list: TickerList, options: Options): Promise<PricesDescription> {
  const { vendor, unknown, unchecked, reason } = await prices.check(list, options);
  if (unknown.length > 0) {
    throw new UserError(
      `${vendor.title} has no prices of ${unknown.join(', ')}; nothing was changed: check the symbols (${vendor.symbolHint}).`,
      { option: 'tickers' },
    );
  }
  if (unchecked.length > 0) {
    throw new UserError(
      `${unchecked.join(', ')} could not be checked, because ${vendor.title} did not answer (${reason}); nothing was changed: try again in a few minutes.`,
      { option: 'tickers' },
    );
  }
  try {
    return await prices.describe(chooseTickers(list.tickers, list.vendor), [], options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${wordError(error, discordName).message} Nothing was changed.`, {
      option: 'tickers',
      cause: error,
    });
  }
}
