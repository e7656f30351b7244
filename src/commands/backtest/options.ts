import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import type { Options } from '../options.ts';
import { readRequest } from '../read-request.ts';
import { DEFAULTS, PAST_SAMPLING, RANGES, parseDay, parseWhole } from '../../parse.ts';
import { parseLimits } from '../../parse-limits.ts';
import { costBpsOf } from '../constraints.ts';
import type { GuildView } from '../guilds.ts';

/** For the command's data; the other options are those of `/allocate`. */
export const BACKTEST_OPTIONS = {
  from: {
    type: OptionType.String,
    name: 'from',
    description: 'Day of the first decision, YYYY-MM-DD; default: three years ago, or the first possible day',
  },
  limits: {
    type: OptionType.String,
    name: 'limits',
    description: `Loss limits (CVaR) to test: a range such as 1%-12% or 2%:6%:0.5%, or a list such as 4%, 8%`,
  },
  retrain: {
    type: OptionType.Integer,
    name: 'retrain',
    description: `Trading days between trainings; default: ${DEFAULTS.retrain}; 0 trains for every decision`,
    min_value: RANGES.retrain.min,
    max_value: RANGES.retrain.max,
  },
} as const;

/** The last three years, or as much of them as can be tested. */
export const DEFAULT_BACKTEST: Omit<BacktestRequest, 'universe' | 'strategy' | 'mandate'> = {
  offset: 0,
  retrainDays: DEFAULTS.retrain,
  window: 'expanding',
  isWarmStarted: false,
  limits: parseLimits(DEFAULTS.limits, 'limits', 'discord'),
  sampling: PAST_SAMPLING,
  costBps: DEFAULTS.cost,
};

/**
 * A bare number as `cost` is in hundredths of a percent, and only judges what was decided; with a unit, decisions weigh
 * it too.
 */
export function readBacktest({ cost, ...others }: Options, guild: GuildView): BacktestRequest {
  const isBare = cost !== undefined && /^\s*\d+\s*$/.test(String(cost));
  // Then decisions do not weigh the server's default either.
  const options = cost === undefined ? others : { ...others, cost: isBare ? '0%' : cost };
  const { sampling: _, ...asked } = readRequest(options, guild, { walks: true });
  const { from, limits, retrain } = options;
  return {
    ...DEFAULT_BACKTEST,
    ...asked,
    ...(from !== undefined && { from: parseDay(String(from).trim(), 'from') }),
    ...(limits !== undefined && { limits: parseLimits(String(limits), 'limits', 'discord') }),
    ...(retrain !== undefined && { retrainDays: parseWhole(Number(retrain), 'retrain', RANGES.retrain) }),
    costBps: isBare ? parseWhole(Number(cost), 'cost', RANGES.cost) : costBpsOf(asked.mandate.constraints),
  };
}
