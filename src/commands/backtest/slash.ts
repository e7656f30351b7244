import { answerBacktest } from './answer.ts';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { BACKTEST_OPTIONS, readBacktest } from './options.ts';
import { completeAssets } from '../autocomplete.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';

interface BacktestCommandRequest {
  readonly backtest: BacktestRequest;
  readonly isPublic: boolean;
}

export const backtest: SlashCommand<BacktestCommandRequest> = {
  data: {
    name: 'backtest',
    description: 'Test on past prices how often loss limits would have held, and what the splits would have earned',
    options: [
      OPTIONS.universe,
      OPTIONS.tickers,
      BACKTEST_OPTIONS.from,
      OPTIONS.horizon,
      OPTIONS.alpha,
      ...CONSTRAINTS,
      OPTIONS.strategy,
      BACKTEST_OPTIONS.limits,
      BACKTEST_OPTIONS.retrain,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => ({
    backtest: readBacktest(options, guild),
    isPublic: options.public === true,
  }),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  isCancellable: true,

  run: ({ backtest: request }, context) => inBacktestPlace(context, (place) => answerBacktest(request, place)),

  complete: completeAssets,
};
