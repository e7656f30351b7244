import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { Alert, AllocateRequest } from '../../app.ts';
import { findAlert, stateOf, withAlert, withoutAlert } from './rules.ts';
import { describeAlert, listedAlerts, removedAlert, savedAlert, type WatchedAlert } from './reply.ts';
import { matching } from '../autocomplete.ts';
import { OPTIONS, completeUniverse, namedUniverse, readRequest } from '../options.ts';
import { RANGES, parseRate } from '../../parse.ts';
import { inWords } from '../../progress.ts';
import { readQuestion } from '../saved-query.ts';
import type { Reply } from '../../reply.ts';
import type { Command, Context, Invocation, Options } from '../slash-command.ts';

type AlertRequest =
  | { readonly kind: 'add'; readonly ask: AllocateRequest; readonly alert: Pick<Alert, 'guildId' | 'question'> }
  | { readonly kind: 'list' }
  | { readonly kind: 'remove'; readonly id: string };

export const alert: Command<AlertRequest> = {
  data: {
    name: 'alert',
    description: 'Be told by a direct message when a loss limit can no longer be kept',
    options: [
      {
        type: OptionType.Subcommand,
        name: 'add',
        description: 'Save a limit that I look after',
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
          OPTIONS.maxWeight,
          OPTIONS.minWeight,
        ],
      },
      { type: OptionType.Subcommand, name: 'list', description: 'The limits that I look after for you' },
      {
        type: OptionType.Subcommand,
        name: 'remove',
        description: 'Look after a limit no longer',
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

  parse(options, asked) {
    if (asked.subcommand === 'add') return readAlert(options, asked);
    if (asked.subcommand === 'remove') return { kind: 'remove', id: String(options.id).trim() };
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
      return listedAlerts(await Promise.all(record.alerts.map((one) => watched(one, context))));
    const removed = findAlert(record, request.id);
    await app.members.amend(memberId, (now) => withoutAlert(now, removed.id));
    return removedAlert(removed);
  },

  async complete(option, typed, { app, memberId, guild }) {
    if (option !== 'id') return completeUniverse(option, typed, guild.universes);
    const { alerts } = await app.members.get(memberId);
    const choices = alerts.map((one) => ({ name: describeAlert(one), value: one.id }));
    return matching(choices, typed);
  },
};

function readAlert(options: Options, { guild, guildId }: Invocation): AlertRequest {
  const lossLimit = parseRate(String(options.loss), 'loss', RANGES.loss);
  const question = readQuestion(options, guild);
  const { source } = namedUniverse(question.universe, guild.universes);
  return {
    kind: 'add',
    ask: { ...readRequest({ ...options, universe: question.universe }, guild), lossLimit },
    alert: { ...(source === 'guild' && guildId !== undefined && { guildId }), question },
  };
}

/** An alert that has no room is refused before anything is computed, and again when it is saved. */
async function add({ ask, alert: about }: AlertRequest & { kind: 'add' }, context: Context): Promise<Reply> {
  const { app, memberId, progress, signal } = context;
  const { lossLimit } = ask;
  const draft = (minCvar: number): Omit<Alert, 'id'> => ({
    ...about,
    lossLimit,
    createdAt: new Date(app.clock.now()).toISOString(),
    told: stateOf(minCvar, lossLimit),
    hasRung: false,
    minCvar,
  });
  withAlert(await app.members.get(memberId), draft(0));
  const { allocation, prices } = await app.engine.allocate(ask, {
    onProgress: inWords(progress),
    signal,
  });
  signal.throwIfAborted();
  const { alerts } = await app.members.update(memberId, (record) => withAlert(record, draft(allocation.minimum.cvar)));
  return savedAlert(await watched(alerts.at(-1)!, context), prices, app.clock.now());
}

/** A universe can be deleted, and made again, between two nights. */
async function watched(one: Alert, { app, messenger, guildId: here }: Context): Promise<WatchedAlert> {
  const { guildId, question } = one;
  const { universes } = await app.guilds.view(guildId);
  const isGone = !universes.some(({ name }) => name === question.universe);
  if (guildId === undefined) return { alert: one, isGone };
  const server = guildId === here ? 'this server' : (messenger.guildName(guildId) ?? 'another server');
  return { alert: one, isGone, server };
}
