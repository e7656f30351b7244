import type { AllocateRequest } from '../engine-service/requests.ts';
import { UserError } from '../errors.ts';
import { DEFAULT_STRATEGY } from '../engine/strategies/index.ts';
import { DEFAULT_SAMPLING } from '../parse.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';
import { namedUniverse, readRequest } from './read-request.ts';
import { describeQuestion } from './question.ts';
import type { SavedQuery } from './records.ts';
import { asStored } from '../settings-used.ts';

/**
 * Without a named universe, the server's default applies.
 * @param reading as `readRequest`
 * @throws UserError like `readRequest`, when the universe does not exist, and when trades are limited where nothing is held
 */
export function readSavedQuery(options: Options, place: GuildView, reading: { walks?: boolean } = {}): SavedQuery {
  const named = options.universe ?? place.settings.universe;
  if (named === undefined) {
    const known = place.universes.map(({ name }) => name).join(', ');
    throw new UserError(`Say which universe: one of ${known}.`, { option: 'universe' });
  }
  const { name: universe } = namedUniverse(String(named), place.universes);
  const { mandate, settingsUsed, allow } = readRequest({ ...options, universe }, place, reading);
  if (reading.walks !== true && mandate.constraints.some(({ kind }) => kind === 'max-turnover')) {
    throw new UserError('max_turnover limits what is traded of what is held, and here nothing is: leave it out.', {
      option: 'max-turnover',
    });
  }
  return { universe, mandate, ...(settingsUsed && { settingsUsed }), ...(allow && { allow }) };
}

/** The `/allocate` request of a saved query. @param universe the query's universe as it is now */
export const requestOf = (query: SavedQuery, universe: AllocateRequest['universe']): AllocateRequest => ({
  universe,
  strategy: DEFAULT_STRATEGY,
  mandate: query.mandate,
  sampling: DEFAULT_SAMPLING,
  ...(query.allow && { allow: query.allow }),
  ...asStored(query),
});

/** `limit 8%, us12, 21 trading days, alpha 95%; at most 40% per asset, from the server's settings at that time` */
export const describeSavedQuery = (query: SavedQuery): string =>
  describeQuestion({ ...query, ...asStored(query) }, query.universe);

/** A line of a message about it. */
export const savedAskedLine = (query: SavedQuery): string => `Asked: ${describeSavedQuery(query)}.`;
