import type { CompareRequest } from '../../engine-service/requests.ts';
import { completeAssets } from '../autocomplete.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';
import { WALK_OPTIONS } from '../walk-options.ts';
import { answerCompare } from './answer.ts';
import { COMPARE_OPTIONS, readCompare } from './options.ts';

interface AskedCompare {
  readonly request: CompareRequest;
  readonly isPublic: boolean;
}

export const compare: SlashCommand<AskedCompare> = {
  data: {
    name: 'compare',
    description: 'Compare strategies on past prices: profit, risk, and whether chance explains the difference',
    options: [
      OPTIONS.universe,
      OPTIONS.tickers,
      COMPARE_OPTIONS.strategies,
      WALK_OPTIONS.from,
      OPTIONS.horizon,
      OPTIONS.alpha,
      ...CONSTRAINTS,
      COMPARE_OPTIONS.limits,
      WALK_OPTIONS.retrain,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => ({ request: readCompare(options, guild), isPublic: options.public === true }),

  isPublic: ({ isPublic }) => isPublic,

  isRateLimited: () => true,

  isCancellable: true,

  run: ({ request }, context) => inBacktestPlace(context, (place) => answerCompare(request, place)),

  complete: completeAssets,
};
