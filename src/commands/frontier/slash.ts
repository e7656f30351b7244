import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { answerFrontier } from './answer.ts';
import type { FrontierRequest } from '../../app.ts';
import { OPTIONS, completeUniverse, readRequest } from '../options.ts';
import { DEFAULTS, RANGES, parseRate } from '../../parse.ts';
import { inWords } from '../../progress.ts';
import type { Command } from '../slash-command.ts';

interface FrontierCommandRequest {
  readonly frontier: FrontierRequest;
  readonly isPublic: boolean;
}

export const frontier: Command<FrontierCommandRequest> = {
  data: {
    name: 'frontier',
    description: 'Show the highest expected profit for every average loss in the worst cases',
    options: [
      { type: OptionType.String, name: 'loss', description: 'A limit (CVaR) to mark, such as 8%' },
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.maxWeight,
      OPTIONS.minWeight,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => ({
    frontier: {
      ...readRequest(options, guild),
      points: DEFAULTS.points,
      ...(options.loss !== undefined && { lossLimit: parseRate(String(options.loss), 'loss', RANGES.loss) }),
    },
    isPublic: options.public === true,
  }),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  run: ({ frontier: request }, { app, progress, signal }) =>
    answerFrontier(request, { app, onProgress: inWords(progress), signal }),

  complete: (option, typed, { guild }) => completeUniverse(option, typed, guild.universes),
};
