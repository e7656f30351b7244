import type { RecordQuestion } from '../../engine-service/record.ts';
import { PAST_SAMPLING } from '../../parse.ts';
import type { Held } from '../../held.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import { completeAssets } from '../autocomplete.ts';
import { inBacktestPlace } from '../backtest-place.ts';
import { holdingsOption, readAbout, type ReadLater, readHeld, withHeldAssets } from '../held-assets.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest } from '../read-request.ts';
import type { SlashCommand } from '../slash-command.ts';
import { answerRecord } from './answer.ts';

/** @param saved what the member has saved, where that is meant */
function readRecord(options: Options, guild: GuildView, saved?: Held): RecordQuestion {
  const held = readHeld(options, guild, saved);
  const request = readRequest(withHeldAssets(options, held?.positions, guild), guild, { walks: true });
  return { ...request, ...(held && { held }), offsets: [0], sampling: PAST_SAMPLING };
}

export const record: SlashCommand<ReadLater<RecordQuestion>> = {
  data: {
    name: 'record',
    description: 'Show how often loss limits held in the past, and what the worst losses were',
    options: [
      OPTIONS.universe,
      OPTIONS.tickers,
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.strategy,
      ...CONSTRAINTS,
      holdingsOption('to begin with; default: cash'),
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => readAbout(options, (saved) => readRecord(options, guild, saved)),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  isCancellable: true,

  async run({ read }, context) {
    const asked = await read(context);
    return inBacktestPlace(context, (place) => answerRecord(asked, place));
  },

  complete: completeAssets,
};
