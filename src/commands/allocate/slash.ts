import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { completeAssets } from '../autocomplete.ts';
import { CONSTRAINTS, OPTIONS } from '../options.ts';
import { readRequest, requireLoss } from '../read-request.ts';
import { parseAmount } from '../../parse.ts';
import { asStored } from '../../settings-used.ts';
import { progressText } from '../../progress.ts';
import type { Held } from '../../held.ts';
import type { GuildView } from '../guilds.ts';
import type { Options } from '../options.ts';
import type { SlashCommand } from '../slash-command.ts';
import {
  amountBesideHoldings,
  assetsHeld,
  holdingsOption,
  readAbout,
  type ReadLater,
  readHeld,
  withHeldAssets,
} from '../held-assets.ts';
import { answerAllocation } from './answer.ts';
import { isButtonKey, type AllocateCommandRequest } from './buttons.ts';
import { savedHeld } from '../saved-holdings.ts';

/** @param saved what the member has saved, where that is meant */
function readAllocation(options: Options, guild: GuildView, saved?: Held): AllocateCommandRequest {
  const { amount, holdings } = options;
  requireLoss(options);
  if (amount !== undefined && holdings !== undefined) throw amountBesideHoldings();
  const { currency } = guild.settings;
  const held = readHeld(options, guild, saved);
  const hasMoney = amount !== undefined || held !== undefined;
  const about = withHeldAssets(options, held?.positions, guild);
  return {
    allocate: {
      ...readRequest(about, guild),
      ...(amount !== undefined && { amount: parseAmount(Number(amount), 'amount') }),
      ...(hasMoney && currency !== undefined && { amountCurrency: currency }),
      ...(held && { held }),
      ...(hasMoney && options['fractional'] === true && { fractional: true }),
    },
    isPublic: options.public === true,
    ...(saved && { fromSaved: about === options ? (['held'] as const) : (['held', 'universe'] as const) }),
  };
}

/** A stored request with what the member has saved. @param saved reads it @throws UserError as `assetsHeld` */
async function withSaved(
  { allocate, ...rest }: AllocateCommandRequest,
  saved: () => Promise<Held>,
): Promise<AllocateCommandRequest> {
  if (rest.fromSaved === undefined) return { allocate, ...rest };
  const held = await saved();
  const universe = rest.fromSaved.includes('universe') ? assetsHeld(held.positions) : allocate.universe;
  return { ...rest, allocate: { ...allocate, universe, held } };
}

export const allocate: SlashCommand<ReadLater<AllocateCommandRequest>> = {
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
      holdingsOption('to see the trades from there'),
      { type: OptionType.Boolean, name: 'fractional', description: 'Trade fractions of shares' },
      OPTIONS.views,
      OPTIONS.allow,
      OPTIONS.public,
    ],
  },

  parse: (options, { guild }) => readAbout(options, (saved) => readAllocation(options, guild, saved)),

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
    const { allocate: request, ...rest } = stored.request;
    const asked = { ...rest, allocate: { ...request, ...asStored(request) } };
    return {
      read: (member) => withSaved(asked, () => savedHeld(member.app.savedHoldings, member.memberId)),
      isPublic: rest.isPublic,
    };
  },
};
