import type { RecordQuestion } from '../../engine-service/record.ts';
import { PAST_SAMPLING } from '../../parse.ts';
import { completeAssets } from '../autocomplete.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { type AskedHeld, holdingsOption, readHoldings, withSaved } from '../held.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest } from '../read-request.ts';
import type { SlashCommand } from '../slash-command.ts';
import { answerRecord } from './answer.ts';

interface RecordCommandRequest extends Pick<AskedHeld, 'usesSaved'> {
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
      holdingsOption('to begin with; default: cash'),
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse(options, { guild }) {
    const { usesSaved, ...asked } = readHoldings(options);
    return {
      record: {
        ...readRequest(options, guild, { walks: true }),
        ...asked,
        offsets: [0],
        sampling: PAST_SAMPLING,
      },
      isPublic: options.public === true,
      ...(usesSaved && { usesSaved }),
    };
  },

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  isCancellable: true,

  async run(request, context) {
    const asked = await withSaved(request.record, request, context);
    return inBacktestPlace(context, (place) => answerRecord(asked, place));
  },

  complete: completeAssets,
};
