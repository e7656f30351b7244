import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { DEFAULTS } from '../../parse.ts';
import { parseLimits } from '../../parse-limits.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import { DEFAULT_WALK, readWalk } from '../walk-options.ts';

/** For the command's data. */
export const LIMITS_OPTION = {
  type: OptionType.String,
  name: 'limits',
  description: `Loss limits (CVaR) to test: a range such as 1%-12% or 2%:6%:0.5%, or a list such as 4%, 8%`,
} as const;

export const DEFAULT_BACKTEST: Omit<BacktestRequest, 'universe' | 'strategy' | 'mandate'> = {
  ...DEFAULT_WALK,
  limits: parseLimits(DEFAULTS.limits, 'limits', 'discord'),
};

export const readBacktest = (options: Options, guild: GuildView): BacktestRequest => ({
  ...readWalk(options, guild),
  limits:
    options.limits === undefined ? DEFAULT_BACKTEST.limits : parseLimits(String(options.limits), 'limits', 'discord'),
});
