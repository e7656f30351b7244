// What the slash commands about walks through the past share: /backtest and /compare.
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { WalkRequest } from '../engine-service/requests.ts';
import { DEFAULTS, PAST_SAMPLING, parseDay, parseWhole, RANGES } from '../parse.ts';
import { costBpsOf } from './constraints.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';
import { readRequest } from './read-request.ts';

/** For the command's data. */
export const WALK_OPTIONS = {
  from: {
    type: OptionType.String,
    name: 'from',
    description: 'Day of the first decision, YYYY-MM-DD; default: three years ago, or the first possible day',
  },
  retrain: {
    type: OptionType.Integer,
    name: 'retrain',
    description: `Trading days between trainings; default: ${DEFAULTS.retrain}; 0 trains for every decision`,
    min_value: RANGES.retrain.min,
    max_value: RANGES.retrain.max,
  },
} as const;

/** The last three years, or as much of them as can be walked through. */
export const DEFAULT_WALK: Omit<WalkRequest, 'universe' | 'strategy' | 'mandate' | 'limits'> = {
  offset: 0,
  retrainDays: DEFAULTS.retrain,
  window: 'expanding',
  isWarmStarted: false,
  sampling: PAST_SAMPLING,
  costBps: DEFAULTS.cost,
};

/**
 * A bare number as `cost` is in hundredths of a percent, and only judges what was decided; with a unit, decisions weigh
 * it too.
 */
export function readWalk({ cost, ...others }: Options, guild: GuildView): Omit<WalkRequest, 'limits'> {
  const isBare = cost !== undefined && /^\s*\d+\s*$/.test(String(cost));
  // Then decisions do not weigh the server's default either.
  const options = cost === undefined ? others : { ...others, cost: isBare ? '0%' : cost };
  const { sampling: _, ...asked } = readRequest(options, guild, { walks: true });
  const { from, retrain } = options;
  return {
    ...DEFAULT_WALK,
    ...asked,
    ...(from !== undefined && { from: parseDay(String(from).trim(), 'from') }),
    ...(retrain !== undefined && { retrainDays: parseWhole(Number(retrain), 'retrain', RANGES.retrain) }),
    costBps: isBare ? parseWhole(Number(cost), 'cost', RANGES.cost) : costBpsOf(asked.mandate.constraints),
  };
}
