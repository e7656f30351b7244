import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { LimitRule } from '../../engine/backtest/types.ts';
import { type CpcvShape, CPCV_GROUPS } from '../../engine/compare/cpcv.ts';
import { chooseStrategy } from '../../engine/strategies/index.ts';
import type { StrategyChoice } from '../../engine/strategies/strategy.ts';
import type { CompareRequest } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import { DEFAULTS } from '../../parse.ts';
import { parseLimits } from '../../parse-limits.ts';
import type { Door } from '../../parse-rates.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import { readWalk } from '../walk-options.ts';

/** For the command's data; the other options are those of `/backtest`. */
export const COMPARE_OPTIONS = {
  strategies: {
    type: OptionType.String,
    name: 'strategies',
    description: 'Some of those that /strategies lists, such as cvar-lstm, minimum-cvar; default: all',
  },
  limits: {
    type: OptionType.String,
    name: 'limits',
    description: `The loss limit (CVaR) of all of them, such as 8%, or none; default: ${DEFAULTS.compareLimit}`,
  },
} as const;

/** @throws UserError when the list names no strategy, or one that there is not */
export function parseStrategies(text: string): StrategyChoice[] {
  const ids = [...new Set(text.split(/[\s,;]+/).filter((id) => id !== ''))];
  if (ids.length === 0) {
    throw new UserError('strategies takes names separated by commas, such as cvar-lstm, minimum-cvar; got none.', {
      option: 'strategies',
    });
  }
  return ids.map((id) => {
    try {
      return chooseStrategy(id.toLowerCase());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { message, code, data } = error;
      throw new UserError(message, { option: 'strategies', code, data, cause: error });
    }
  });
}

/** `8%`, or `none`. @throws UserError when it is several */
export function parseLimit(text: string, door: Door): LimitRule {
  if (text.trim().toLowerCase() === 'none') return 'unlimited';
  const [limit, ...others] = parseLimits(text, 'limits', door);
  if (limit !== undefined && others.length === 0) return limit;
  throw new UserError(`limits takes one limit for all strategies, such as 8%, or none; got "${text}".`, {
    option: 'limits',
  });
}

/** `10,8`. @throws UserError */
export function parseCpcv(text: string): CpcvShape {
  const [, groups, training] = (/^\s*(\d+)\s*[,;:]\s*(\d+)\s*$/.exec(text) ?? []).map(Number);
  const isShape = groups !== undefined && training !== undefined && training >= 2 && training < groups;
  if (isShape && groups >= CPCV_GROUPS.min && groups <= CPCV_GROUPS.max) return { groups, training };
  throw new UserError(
    `cpcv takes the number of groups of days, ${CPCV_GROUPS.min} to ${CPCV_GROUPS.max}, and how many of them are for training, such as 10,8; got "${text}".`,
    { option: 'cpcv' },
  );
}

export function readCompare({ strategies, limits, ...others }: Options, guild: GuildView): CompareRequest {
  const { strategy: _, offset: __, ...walk } = readWalk(others, guild);
  return {
    ...walk,
    ...(strategies !== undefined && { strategies: parseStrategies(String(strategies)) }),
    limit: parseLimit(limits === undefined ? DEFAULTS.compareLimit : String(limits), 'discord'),
    riskFree: 0,
  };
}
