// Reads the slash command's options. Throws UserError.
import type { HeldWeight, RiskRequest } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import { readRequest } from '../read-request.ts';
import { parseShock, parseWeights } from './portfolio.ts';

export function readRiskRequest(options: Options, place: GuildView): RiskRequest {
  const held = heldIn(options);
  const { shock } = options;
  // Of a split that is given nothing is asked but its risk.
  const unbounded = { ...place, settings: { ...place.settings, constraints: [] } };
  return {
    ...readRequest({ ...options, ...assetsOf(options, held, place) }, unbounded),
    weights: held,
    ...(shock !== undefined && { shock: parseShock(String(shock), 'discord') }),
  };
}

/** What is held, in whatever way it was given. */
function heldIn({ weights }: Options): HeldWeight[] {
  if (weights !== undefined) return parseWeights(String(weights), 'discord');
  throw new UserError('Say what is held: weights, such as NVDA 30%, KO 70%.', { option: 'weights' });
}

/** Without a choice, the server's universe if it has all that is held; otherwise what is held alone. */
function assetsOf(options: Options, held: readonly HeldWeight[], { universes, settings }: GuildView): Options {
  if ('universe' in options || 'tickers' in options) return {};
  const usual = universes.find(({ name }) => name === settings.universe);
  if (usual !== undefined && held.every(({ ticker }) => usual.tickers.includes(ticker))) return {};
  return { tickers: heldTickers(held) };
}

/** @throws UserError when there is only one: scenarios are drawn of several */
export function heldTickers(held: readonly HeldWeight[]): string {
  if (held.length > 1) return held.map(({ ticker }) => ticker).join(', ');
  throw new UserError(
    `weights names ${held[0]!.ticker} alone: name a universe that holds it, or tickers to compare it with.`,
    { option: 'weights' },
  );
}
