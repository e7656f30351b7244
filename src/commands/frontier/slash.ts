import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { answerFrontier } from './answer.ts';
import type { FrontierRequest } from '../../engine-service/requests.ts';
import { completeAssets } from '../autocomplete.ts';
import { type AskedHeld, holdingsOption, readHoldings, withAssets, withSaved } from '../held.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest } from '../read-request.ts';
import { DEFAULTS } from '../../parse.ts';
import { progressText } from '../../progress.ts';
import type { SlashCommand } from '../slash-command.ts';

interface FrontierCommandRequest extends Pick<AskedHeld, 'usesSaved'> {
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
      holdingsOption('to trade from there'),
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse(options, { guild }) {
    const { usesSaved, ...asked } = readHoldings(options);
    return {
      frontier: { ...readRequest(withAssets(options, asked), guild), ...asked, points: DEFAULTS.points },
      isPublic: options.public === true,
      ...(usesSaved && { usesSaved }),
    };
  },

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  async run(request, { app, memberId, progress, signal }) {
    const asked = await withSaved(request.frontier, request, { app, memberId });
    return answerFrontier(asked, { app, onProgress: progressText(progress), signal });
  },

  complete: completeAssets,
};
