import type { AllocateRequest } from '../engine-service/requests.ts';
import { UserError } from '../errors.ts';
import { plural, shortPercent } from '../format.ts';
import { DEFAULT_STRATEGY } from '../engine/strategies/index.ts';
import { DEFAULT_SAMPLING } from '../parse.ts';
import { describeConstraints } from './constraints.ts';
import type { GuildView } from './guilds.ts';
import { namedUniverse, readRequest, type Options } from './options.ts';
import type { SavedQuery } from './records.ts';

/**
 * Without a named universe, the server's default applies.
 * @throws UserError like `readRequest`, and when the universe does not exist
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

/** The `/allocate` request of a saved query. @param universe the query's universe as it is now */
export const requestOf = ({ mandate }: SavedQuery, universe: AllocateRequest['universe']): AllocateRequest => ({
  universe,
  strategy: DEFAULT_STRATEGY,
  mandate,
  sampling: DEFAULT_SAMPLING,
});

/** `us12, 21 trading days, alpha 95%, at most 40% per asset`: everything but the limit. */
export function describeSavedQuery({ universe, mandate }: SavedQuery): string {
  const { horizonDays, risk, constraints } = mandate;
  return [
    universe,
    plural(horizonDays, 'trading day'),
    `alpha ${shortPercent(risk.alpha)}`,
    ...describeConstraints(constraints),
  ].join(', ');
}
