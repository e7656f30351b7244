import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { answerFrontier } from './answer.ts';
import type { FrontierRequest } from '../../engine-service/requests.ts';
import type { Held } from '../../held.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import { completeAssets } from '../autocomplete.ts';
import { holdingsOption, readAbout, type ReadLater, readHeld, withHeldAssets } from '../held-assets.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest } from '../read-request.ts';
import { DEFAULTS } from '../../parse.ts';
import { progressText } from '../../progress.ts';
import type { SlashCommand } from '../slash-command.ts';

/** @param saved what the member has saved, where that is meant */
function readFrontier(options: Options, guild: GuildView, saved?: Held): FrontierRequest {
  const held = readHeld(options, guild, saved);
  const request = readRequest(withHeldAssets(options, held?.positions, guild), guild);
  return { ...request, ...(held && { held }), points: DEFAULTS.points };
}

export const frontier: SlashCommand<ReadLater<FrontierRequest>> = {
  data: {
    name: 'frontier',
    description: 'Show the highest expected profit for every average loss in the worst cases',
    options: [
      { type: OptionType.String, name: 'loss', description: 'A limit (CVaR) to mark, such as 8%' },
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      ...CONSTRAINTS,
      holdingsOption('to trade from there'),
      OPTIONS.views,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => readAbout(options, (saved) => readFrontier(options, guild, saved)),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  async run({ read }, { app, memberId, progress, signal }) {
    return answerFrontier(await read({ app, memberId }), { app, onProgress: progressText(progress), signal });
  },

  complete: completeAssets,
};
