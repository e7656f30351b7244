import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { RiskRequest } from '../../engine-service/requests.ts';
import { progressText } from '../../progress.ts';
import { completeAssets } from '../autocomplete.ts';
import { holdingsOption, readAbout, type ReadLater } from '../held-assets.ts';
import { OPTIONS } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';
import { answerRisk } from './answer.ts';
import { readRiskRequest } from './read-request.ts';

export const risk: SlashCommand<ReadLater<RiskRequest>> = {
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
      holdingsOption('instead of weights'),
      { type: OptionType.String, name: 'shock', description: 'A move to try, such as NVDA -30%', autocomplete: true },
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.views,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => readAbout(options, (saved) => readRiskRequest(options, guild, saved)),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  async run({ read }, { app, memberId, progress, signal }) {
    return answerRisk(await read({ app, memberId }), { app, onProgress: progressText(progress), signal });
  },

  complete: completeAssets,
};
