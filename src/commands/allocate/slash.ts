import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { completeAssets } from '../autocomplete.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest, requireLoss } from '../read-request.ts';
import { parseAmount } from '../../parse.ts';
import { asStored } from '../../settings-used.ts';
import { progressText } from '../../progress.ts';
import type { SlashCommand } from '../slash-command.ts';
import { answerAllocation } from './answer.ts';
import { isButtonKey, type AllocateCommandRequest } from './buttons.ts';

export const allocate: SlashCommand<AllocateCommandRequest> = {
  data: {
    name: 'allocate',
    description: 'Split money over assets so that the average loss in the worst cases stays under your limit',
    options: [
      {
        type: OptionType.String,
        name: 'loss',
        description: 'The largest average loss in the worst cases (CVaR), such as 8%',
        required: true,
      },
      OPTIONS.horizon,
      OPTIONS.alpha,
      OPTIONS.universe,
      OPTIONS.tickers,
      ...CONSTRAINTS,
      OPTIONS.strategy,
      {
        type: OptionType.Number,
        name: 'amount',
        description: 'Money to split, to see whole shares, and the loss and profit in money',
      },
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse(options, { guild }) {
    const { amount } = options;
    requireLoss(options);
    const { currency } = guild.settings;
    return {
      allocate: {
        ...readRequest(options, guild),
        ...(amount !== undefined && { amount: parseAmount(Number(amount), 'amount') }),
        ...(amount !== undefined && currency !== undefined && { amountCurrency: currency }),
      },
      isPublic: options.public === true,
    };
  },

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  run: (request, { app, memberId, progress, signal, amend }) =>
    answerAllocation(request, { app, memberId, onProgress: progressText(progress), signal, amend }),

  complete: completeAssets,

  async press(key, { memberId, app }) {
    const stored = isButtonKey(key) ? await app.requests.get(key) : undefined;
    if (stored === undefined) throw new UserError('This button is too old: please use /allocate again.');
    if (stored.memberId !== memberId) {
      throw new UserError('Only the person who asked can use this button: use /allocate for your own answer.');
    }
    const { allocate: request, ...rest } = stored.request;
    return { ...rest, allocate: { ...request, ...asStored(request) } };
  },
};
