import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { limitOf } from '../../engine/mandate.ts';
import type { AllocateRequest } from '../../engine-service/requests.ts';
import type { Alert } from './record.ts';
import {
  equalAlert,
  findAlert,
  minimumRequest,
  type SmallestLimit,
  smallestLimitOf,
  stateOf,
  withAlert,
  withoutAlert,
} from './rules.ts';
import { describeAlert, alertListReply, removedAlertReply, savedAlertReply, type AlertView } from './reply.ts';
import { completeQuestion, matching } from '../autocomplete.ts';
import { CONSTRAINTS, OPTIONS, type Options } from '../options.ts';
import { namedUniverse, requireLoss } from '../read-request.ts';
import { UserError } from '../../errors.ts';
import { unlessNewer } from '../../newer.ts';
import { chooseUniverse } from '../../prices/universes.ts';
import { progressText } from '../../progress.ts';
import type { SavedQuery } from '../records.ts';
import { readSavedQuery } from '../saved-query.ts';
import type { Reply } from '../../reply.ts';
import type { Context, Invocation, SlashCommand } from '../slash-command.ts';

/** An alert before the smallest limit is known. */
type DraftAlert = SavedQuery & Pick<Alert, 'guildId' | 'heldTold'>;

type AlertRequest =
  | { readonly kind: 'add'; readonly universe: AllocateRequest['universe']; readonly alert: DraftAlert }
  | { readonly kind: 'list' }
  | { readonly kind: 'remove'; readonly id: string };

export const alert: SlashCommand<AlertRequest> = {
  data: {
    name: 'alert',
    description: 'Get a direct message when a loss limit can no longer be kept',
    options: [
      {
        type: OptionType.Subcommand,
        name: 'add',
        description: 'Set an alert',
        options: [
          {
            type: OptionType.String,
            name: 'loss',
            description: 'The limit: the largest average loss in the worst cases (CVaR), such as 8%',
            required: true,
          },
          OPTIONS.universe,
          OPTIONS.horizon,
          OPTIONS.alpha,
          ...CONSTRAINTS,
          OPTIONS.allow,
          {
            type: OptionType.Boolean,
            name: 'holdings',
            description: 'Also when what /holdings set has saved is above the limit, with the trades that mend it',
          },
        ],
      },
      { type: OptionType.Subcommand, name: 'list', description: 'List your alerts' },
      {
        type: OptionType.Subcommand,
        name: 'remove',
        description: 'Remove an alert',
        options: [
          {
            type: OptionType.String,
            name: 'id',
            description: 'The number of the alert',
            required: true,
            autocomplete: true,
          },
        ],
      },
    ],
  },

  parse(options, invocation) {
    if (invocation.subcommand === 'add') return readAlert(options, invocation);
    if (invocation.subcommand === 'remove') return { kind: 'remove', id: String(options.id).trim() };
    return { kind: 'list' };
  },

  isPublic: () => false,

  isRateLimited: ({ kind }) => kind === 'add',

  isCancellable: true,

  async run(request, context) {
    const { app, memberId } = context;
    if (request.kind === 'add') return add(request, context);
    const record = await app.members.get(memberId);
    if (request.kind === 'list')
      return alertListReply(await Promise.all(record.alerts.map((one) => viewOf(one, context))));
    const removed = findAlert(record, request.id);
    await app.members.amend(memberId, (now) => withoutAlert(now, removed.id));
    return removedAlertReply(removed);
  },

  async complete(option, typed, typing) {
    if (option !== 'id') return completeQuestion(option, typed, typing);
    const { alerts } = await typing.app.members.get(typing.memberId);
    const choices = alerts.map((one) => ({ name: describeAlert(one), value: one.id }));
    return matching(choices, typed);
  },
};

function readAlert(options: Options, { guild, guildId }: Invocation): AlertRequest {
  requireLoss(options);
  const query = readSavedQuery(options, guild);
  const universe = namedUniverse(query.universe, guild.universes);
  return {
    kind: 'add',
    universe: chooseUniverse(universe),
    alert: {
      ...(universe.owner === 'guild' && guildId !== undefined && { guildId }),
      ...query,
      // Told at the first check if it is broken now.
      ...(options['holdings'] === true && { heldTold: 'kept' as const }),
    },
  };
}

/** Duplicates and surplus alerts are refused before anything is computed, and again on saving. */
async function add({ universe, alert: draft }: AlertRequest & { kind: 'add' }, context: Context): Promise<Reply> {
  const { app, memberId, progress, signal } = context;
  const limit = limitOf(draft.mandate);
  const now = new Date(app.clock.now()).toISOString();
  const alertWith = (smallest: SmallestLimit): Omit<Alert, 'id'> => ({
    ...draft,
    createdAt: now,
    lastCheckedAt: now,
    lastTold: stateOf(smallest.minCvar, limit),
    hasFired: false,
    ...smallest,
  });
  withAlert(await app.members.get(memberId), alertWith({ minCvar: 0 }));
  if (draft.heldTold !== undefined && (await app.savedHoldings.get(memberId)) === undefined) {
    throw new UserError('You have no holdings saved: /holdings set saves them.', { option: 'holdings' });
  }
  // Just read, so the settings are those of now.
  const request = {
    ...minimumRequest(draft, universe),
    ...(draft.settingsUsed && { settingsUsed: draft.settingsUsed }),
  };
  const { allocation, prices } = await app.engine.allocate(request, {
    onProgress: progressText(progress),
    signal,
  });
  signal.throwIfAborted();
  const saved = alertWith(smallestLimitOf(allocation));
  const record = await app.members.update(memberId, (old) => withAlert(old, saved));
  return savedAlertReply(await viewOf(equalAlert(record, saved)!, context), prices, app.clock.now());
}

/**
 * Looked up anew, because a universe can be deleted and created again between two nightly runs. What a newer version of
 * this program has saved of its server cannot be read, and may be there.
 */
async function viewOf(one: Alert, { app, messenger, guildId: here }: Context): Promise<AlertView> {
  const { guildId, universe } = one;
  const view = await unlessNewer(app.guilds.view(guildId));
  const isGone = view !== undefined && !view.universes.some(({ name }) => name === universe);
  if (guildId === undefined) return { alert: one, isGone };
  const server = guildId === here ? 'this server' : (messenger.guildName(guildId) ?? 'another server');
  return { alert: one, isGone, server };
}
