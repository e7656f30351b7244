import { answerBacktest } from './answer.ts';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { LIMITS_OPTION, readBacktest } from './options.ts';
import type { Held } from '../../held.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import { completeAssets } from '../autocomplete.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { holdingsOption, readAbout, type ReadLater, readHeld, withHeldAssets } from '../held-assets.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';
import { WALK_OPTIONS } from '../walk-options.ts';

/** @param saved what the member has saved, where that is meant */
function readHeldBacktest(options: Options, guild: GuildView, saved?: Held): BacktestRequest {
  const held = readHeld(options, guild, saved);
  return { ...readBacktest(withHeldAssets(options, held?.positions, guild), guild), ...(held && { held }) };
}

export const backtest: SlashCommand<ReadLater<BacktestRequest>> = {
  data: {
    name: 'backtest',
    description: 'Test on past prices how often loss limits would have held, and what the splits would have earned',
    options: [
      OPTIONS.universe,
      OPTIONS.tickers,
      WALK_OPTIONS.from,
      OPTIONS.horizon,
      OPTIONS.alpha,
      ...CONSTRAINTS,
      holdingsOption('to begin with; default: cash'),
      OPTIONS.strategy,
      LIMITS_OPTION,
      WALK_OPTIONS.retrain,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => readAbout(options, (saved) => readHeldBacktest(options, guild, saved)),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  isCancellable: true,

  async run({ read }, context) {
    const asked = await read(context);
    return inBacktestPlace(context, (place) => answerBacktest(asked, place));
  },

  complete: completeAssets,
};
