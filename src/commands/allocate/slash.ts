import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { completeAssets } from '../autocomplete.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest, requireLoss } from '../read-request.ts';
import { parseAmount } from '../../parse.ts';
import { asStored } from '../../settings-used.ts';
import { progressText } from '../../progress.ts';
import type { Held } from '../../held.ts';
import type { Options } from '../options.ts';
import { parseHoldings } from '../../parse-holdings.ts';
import type { Invocation, SlashCommand } from '../slash-command.ts';
import { parseViews } from '../views.ts';
import { amountBesideHoldings, readAbout, withHeldAssets } from '../held-assets.ts';
import { answerAllocation } from './answer.ts';
import { isButtonKey, type AllocateCommandRequest } from './buttons.ts';

/** @param saved what the member has saved, where that is meant */
function readAllocation(options: Options, { guild }: Pick<Invocation, 'guild'>, saved?: Held): AllocateCommandRequest {
  const { amount, holdings, views } = options;
  requireLoss(options);
  if (amount !== undefined && holdings !== undefined) throw amountBesideHoldings();
  const { currency } = guild.settings;
  const held = holdings === undefined ? undefined : (saved ?? parseHoldings(String(holdings), 'holdings'));
  const hasMoney = amount !== undefined || held !== undefined;
  return {
    allocate: {
      ...readRequest(held ? withHeldAssets(options, held.positions, guild) : options, guild),
      ...(amount !== undefined && { amount: parseAmount(Number(amount), 'amount') }),
      ...(hasMoney && currency !== undefined && { amountCurrency: currency }),
      ...(held && { held }),
      ...(hasMoney && options['fractional'] === true && { fractional: true }),
      ...(views !== undefined && { views: parseViews(String(views), 'discord') }),
    },
    isPublic: options.public === true,
  };
}

interface AllocateQuestion {
  readonly read: ReturnType<typeof readAbout<AllocateCommandRequest>>;
  readonly isPublic: boolean;
}

export const allocate: SlashCommand<AllocateQuestion> = {
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
      {
        type: OptionType.String,
        name: 'holdings',
        description: 'What you hold, such as AAPL 10, cash 500 USD, to see the trades from there; or: saved',
        autocomplete: true,
      },
      { type: OptionType.Boolean, name: 'fractional', description: 'Trade fractions of shares' },
      {
        type: OptionType.String,
        name: 'views',
        description: 'What you expect over the horizon, such as NVDA +5%, KO > PEP',
        autocomplete: true,
      },
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, invocation) => ({
    read: readAbout(options, (saved) => readAllocation(options, invocation, saved)),
    isPublic: options.public === true,
  }),

  isPublic: (request) => request.isPublic,

  isRateLimited: () => true,

  async run({ read }, { app, memberId, progress, signal, amend }) {
    const context = { app, memberId, onProgress: progressText(progress), signal, amend };
    return answerAllocation(await read(context), context);
  },

  complete: completeAssets,

  async press(key, { memberId, app }) {
    const stored = isButtonKey(key) ? await app.requests.get(key) : undefined;
    if (stored === undefined) throw new UserError('This button is too old: please use /allocate again.');
    if (stored.memberId !== memberId) {
      throw new UserError('Only the person who asked can use this button: use /allocate for your own answer.');
    }
    const { allocate: request, isPublic } = stored.request;
    return { read: () => Promise.resolve({ allocate: { ...request, ...asStored(request) }, isPublic }), isPublic };
  },
};
