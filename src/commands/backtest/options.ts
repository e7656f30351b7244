import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import type { Options } from '../options.ts';
import { readRequest } from '../read-request.ts';
import { DEFAULTS, PAST_SAMPLING, RANGES, parseDay, parseWhole } from '../../parse.ts';
import { parseLimits } from '../../parse-limits.ts';
import type { GuildView } from '../guilds.ts';
import { percent } from '../../format.ts';

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
  cost: {
    type: OptionType.Integer,
    name: 'cost',
    description: `Trading costs in hundredths of a percent of the value traded; default: ${DEFAULTS.cost}, which is ${percent(DEFAULTS.cost / 10_000)}`,
    min_value: RANGES.cost.min,
    max_value: RANGES.cost.max,
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

export function readBacktest(options: Options, guild: GuildView): BacktestRequest {
  const { sampling: _, ...asked } = readRequest(options, guild);
  const { from, limits, retrain, cost } = options;
  return {
    ...DEFAULT_BACKTEST,
    ...asked,
    ...(from !== undefined && { from: parseDay(String(from).trim(), 'from') }),
    ...(limits !== undefined && { limits: parseLimits(String(limits), 'limits', 'discord') }),
    ...(retrain !== undefined && { retrainDays: parseWhole(Number(retrain), 'retrain', RANGES.retrain) }),
    ...(cost !== undefined && { costBps: parseWhole(Number(cost), 'cost', RANGES.cost) }),
  };
}
