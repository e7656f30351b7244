// Reads the slash command's options. Throws UserError.
import { findTicker } from '../../engine/market.ts';
import { type RiskRequest, withoutCash } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import type { Held } from '../../held.ts';
import { parseHoldings } from '../../parse-holdings.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import { readRequest } from '../read-request.ts';
import { parseShock, parseWeights } from '../portfolio.ts';

type Named = { readonly ticker: string };

/** @param saved what the member has saved, where that is meant */
export function readRiskRequest(options: Options, place: GuildView, saved?: Held): RiskRequest {
  const { weights, held } = heldIn(options, saved);
  const assets = assetsOf(options, held?.positions ?? withoutCash(weights), place);
  const { shock } = options;
  // Of a split that is given nothing is asked but its risk.
  const unbounded = { ...place, settings: { ...place.settings, constraints: [] } };
  return {
    ...readRequest({ ...options, ...assets }, unbounded),
    weights,
    ...(held && { held }),
    ...(shock !== undefined && { shock: parseShock(String(shock), 'discord') }),
  };
}

/** What is held, in whatever way it was given. */
function heldIn({ weights, holdings }: Options, saved?: Held): Pick<RiskRequest, 'weights' | 'held'> {
  if (weights !== undefined && holdings !== undefined) throw weightsBesideHoldings();
  if (weights !== undefined) return { weights: parseWeights(String(weights), 'discord') };
  if (holdings !== undefined) return { weights: [], held: saved ?? parseHoldings(String(holdings), 'holdings') };
  throw new UserError('Say what is held: weights, such as NVDA 30%, KO 70%, or holdings, such as NVDA 10, KO 5.', {
    option: 'weights',
  });
}

export const weightsBesideHoldings = (): UserError =>
  new UserError('Give either weights or holdings: both say what is held.', { option: 'holdings' });

/** Without a choice, the server's universe if it has all that is held; otherwise what is held alone. */
function assetsOf(options: Options, held: readonly Named[], { universes, settings }: GuildView): Options {
  if ('universe' in options || 'tickers' in options) return {};
  const usual = universes.find(({ name }) => name === settings.universe);
  if (usual !== undefined && held.every(({ ticker }) => findTicker(usual.tickers, ticker) !== undefined)) return {};
  return { tickers: heldTickers(held, 'weights' in options ? 'weights' : 'holdings') };
}

/** @throws UserError when there is only one: scenarios are drawn of several */
export function heldTickers(held: readonly Named[], option = 'weights'): string {
  if (held.length > 1) return held.map(({ ticker }) => ticker).join(', ');
  const [{ ticker } = { ticker: 'cash' }] = held;
  throw new UserError(
    `${option} names ${ticker} alone: name a universe that holds it, or tickers to compare it with.`,
    {
      option,
    },
  );
}
