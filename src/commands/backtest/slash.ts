import { answerBacktest } from './answer.ts';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { BACKTEST_OPTIONS, readBacktest } from './options.ts';
import { completeAssets } from '../autocomplete.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { type AskedHeld, holdingsOption, readHoldings, withSaved } from '../held.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';

interface BacktestCommandRequest extends Pick<AskedHeld, 'usesSaved'> {
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
      holdingsOption('to begin with; default: cash'),
      OPTIONS.strategy,
      BACKTEST_OPTIONS.limits,
      BACKTEST_OPTIONS.retrain,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse(options, { guild }) {
    const { usesSaved, ...asked } = readHoldings(options);
    return {
      backtest: { ...readBacktest(options, guild), ...asked },
      isPublic: options.public === true,
      ...(usesSaved && { usesSaved }),
    };
  },

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  isCancellable: true,

  async run(request, context) {
    const asked = await withSaved(request.backtest, request, context);
    return inBacktestPlace(context, (place) => answerBacktest(asked, place));
  },

  complete: completeAssets,
};
