import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { RiskRequest } from '../../engine-service/requests.ts';
import { progressText } from '../../progress.ts';
import { completeAssets } from '../autocomplete.ts';
import { readAbout } from '../held-assets.ts';
import { OPTIONS } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';
import { answerRisk } from './answer.ts';
import { readRiskRequest } from './read-request.ts';

interface RiskCommandRequest {
  readonly read: ReturnType<typeof readAbout<RiskRequest>>;
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
        autocomplete: true,
      },
      {
        type: OptionType.String,
        name: 'holdings',
        description: 'What you hold instead of weights, such as AAPL 10, cash 500 USD; or: saved',
        autocomplete: true,
      },
      { type: OptionType.String, name: 'shock', description: 'A move to try, such as NVDA -30%', autocomplete: true },
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => ({
    read: readAbout(options, (saved) => readRiskRequest(options, guild, saved)),
    isPublic: options.public === true,
  }),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  async run({ read }, { app, memberId, progress, signal }) {
    return answerRisk(await read({ app, memberId }), { app, onProgress: progressText(progress), signal });
  },

  complete: completeAssets,
};
