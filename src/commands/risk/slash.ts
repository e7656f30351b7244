import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { RiskRequest } from '../../engine-service/requests.ts';
import { progressText } from '../../progress.ts';
import { completeAssets } from '../autocomplete.ts';
import type { GuildView } from '../guilds.ts';
import { OPTIONS, type Options } from '../options.ts';
import { meansSaved, savedHeld } from '../saved-holdings.ts';
import type { SlashCommand } from '../slash-command.ts';
import { answerRisk } from './answer.ts';
import { readRiskRequest } from './read-request.ts';

interface RiskCommandRequest {
  /** Absent: it is read once what the member has saved is known. */
  readonly risk?: RiskRequest;
  readonly options: Options;
  readonly guild: GuildView;
  readonly isPublic: boolean;
}

export const risk: SlashCommand<RiskCommandRequest> = {
  data: {
    name: 'risk',
    description: 'Show where the risk of a split comes from, and what stress would do to it',
    options: [
      {
        type: OptionType.String,
        name: 'weights',
        description: 'What is held, such as NVDA 30%, KO 70%; the rest is cash',
      },
      {
        type: OptionType.String,
        name: 'holdings',
        description: 'What you hold instead of weights, such as AAPL 10, cash 500 USD; or: saved',
      },
      { type: OptionType.String, name: 'shock', description: 'A move to try, such as NVDA -30%' },
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => ({
    ...(!meansSaved(options.holdings) && { risk: readRiskRequest(options, guild) }),
    options,
    guild,
    isPublic: options.public === true,
  }),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  async run({ risk: asked, options, guild }, { app, memberId, progress, signal }) {
    const request = asked ?? readRiskRequest(options, guild, await savedHeld(app.savedHoldings, memberId));
    return answerRisk(request, { app, onProgress: progressText(progress), signal });
  },

  complete: completeAssets,
};
