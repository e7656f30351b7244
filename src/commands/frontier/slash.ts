import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { answerFrontier } from './answer.ts';
import type { FrontierRequest } from '../../engine-service/requests.ts';
import { completeAssets } from '../autocomplete.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest } from '../read-request.ts';
import { DEFAULTS } from '../../parse.ts';
import { progressText } from '../../progress.ts';
import type { SlashCommand } from '../slash-command.ts';

interface FrontierCommandRequest {
  readonly frontier: FrontierRequest;
  readonly isPublic: boolean;
}

export const frontier: SlashCommand<FrontierCommandRequest> = {
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
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse(options, { guild }) {
    return {
      frontier: { ...readRequest(options, guild), points: DEFAULTS.points },
      isPublic: options.public === true,
    };
  },

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  run: ({ frontier: request }, { app, progress, signal }) =>
    answerFrontier(request, { app, onProgress: progressText(progress), signal }),

  complete: completeAssets,
};
