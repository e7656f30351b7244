import type { RecordQuestion } from '../../engine-service/record.ts';
import { PAST_SAMPLING } from '../../parse.ts';
import { completeAssets } from '../autocomplete.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest } from '../read-request.ts';
import type { SlashCommand } from '../slash-command.ts';
import { answerRecord } from './answer.ts';

interface RecordCommandRequest {
  readonly record: RecordQuestion;
  readonly isPublic: boolean;
}

export const record: SlashCommand<RecordCommandRequest> = {
  data: {
    name: 'record',
    description: 'Show how often loss limits held in the past, and what the worst losses were',
    options: [
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.horizon,
      OPTIONS.alpha,
      ...CONSTRAINTS,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => ({
    record: {
      ...readRequest(options, guild),
      offsets: [0],
      sampling: PAST_SAMPLING,
    },
    isPublic: options.public === true,
  }),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  isCancellable: true,

  run: ({ record: request }, context) => inBacktestPlace(context, (place) => answerRecord(request, place)),

  complete: completeAssets,
};
