// Reads the slash command's options. Throws UserError.
import { type RiskRequest, withoutCash } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import type { Held } from '../../held.ts';
import type { GuildView } from '../guilds.ts';
import { readGiven, readHeld } from '../held-assets.ts';
import type { Options } from '../options.ts';
import { parseShock, parseWeights } from '../portfolio.ts';

/** @param saved what the member has saved, where that is meant */
export function readRiskRequest(options: Options, place: GuildView, saved?: Held): RiskRequest {
  const { weights, held } = heldIn(options, place, saved);
  const { shock } = options;
  return {
    ...readGiven(options, held?.positions ?? withoutCash(weights), place, held ? 'holdings' : 'weights'),
    weights,
    ...(held && { held }),
    ...(shock !== undefined && { shock: parseShock(String(shock), 'discord') }),
  };
}

/** What is held, in whatever way it was given. */
function heldIn(options: Options, place: GuildView, saved?: Held): Pick<RiskRequest, 'weights' | 'held'> {
  const { weights, holdings } = options;
  if (weights !== undefined && holdings !== undefined) throw weightsBesideHoldings();
  if (weights !== undefined) return { weights: parseWeights(String(weights), 'discord') };
  const held = readHeld(options, place, saved);
  if (held !== undefined) return { weights: [], held };
  throw nothingGiven();
}

export const nothingGiven = (): UserError =>
  new UserError('Say what is held: weights, such as NVDA 30%, KO 70%, or holdings, such as NVDA 10, KO 5.', {
    option: 'weights',
  });

export const weightsBesideHoldings = (): UserError =>
  new UserError('Give either weights or holdings: both say what is held.', { option: 'holdings' });
