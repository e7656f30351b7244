import type { AllocateRequest } from '../engine-service/requests.ts';
import { UserError } from '../errors.ts';
import { plural, shortPercent } from '../format.ts';
import { DEFAULT_SAMPLING, DEFAULT_STRATEGY } from '../parse.ts';
import { describeConstraints } from './constraints.ts';
import type { GuildView } from './guilds.ts';
import { namedUniverse, readRequest, type Options } from './options.ts';
import type { SavedQuery } from './records.ts';

/**
 * The universe is the server's default where none is named.
 * @throws UserError as `readRequest` does, and when there is no such universe there
 */
export function readSavedQuery(options: Options, place: GuildView): SavedQuery {
  const named = options.universe ?? place.settings.universe;
  if (named === undefined) {
    const known = place.universes.map(({ name }) => name).join(', ');
    throw new UserError(`Say which universe: one of ${known}.`, { option: 'universe' });
  }
  const { name: universe } = namedUniverse(String(named), place.universes);
  const { mandate } = readRequest({ ...options, universe }, place);
  return { universe, mandate };
}

/** What `/allocate` would make of it. @param universe what the query's name stands for now */
export const requestOf = ({ mandate }: SavedQuery, universe: AllocateRequest['universe']): AllocateRequest => ({
  universe,
  strategy: DEFAULT_STRATEGY,
  mandate,
  sampling: DEFAULT_SAMPLING,
});

/** `us12, 21 trading days, alpha 95%, at most 40% an asset`: all but the limit. */
export function describeSavedQuery({ universe, mandate }: SavedQuery): string {
  const { horizonDays, risk, constraints } = mandate;
  return [
    universe,
    plural(horizonDays, 'trading day'),
    `alpha ${shortPercent(risk.alpha)}`,
    ...describeConstraints(constraints),
  ].join(', ');
}
