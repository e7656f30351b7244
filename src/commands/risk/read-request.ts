// Reads the slash command's options. Throws UserError.
import type { RiskRequest } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import type { Held } from '../../held.ts';
import { parseHoldings } from '../../parse-holdings.ts';
import type { GuildView } from '../guilds.ts';
import { readGiven } from '../held-assets.ts';
import type { Options } from '../options.ts';
import { parseShock, parseWeights } from './portfolio.ts';

/** @param saved what the member has saved, where that is meant */
export function readRiskRequest(options: Options, place: GuildView, saved?: Held): RiskRequest {
  const { weights, held } = heldIn(options, saved);
  const { shock } = options;
  return {
    ...readGiven(options, held?.positions ?? weights, place, held ? 'holdings' : 'weights'),
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
