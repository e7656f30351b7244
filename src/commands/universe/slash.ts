import { ApplicationCommandOptionType as OptionType, InteractionContextType } from 'discord-api-types/v10';
import { createUniverse, extendUniverse } from './editor.ts';
import {
  ownUniverse,
  parseUniverseName,
  reportsOn,
  spelledAsIn,
  withGroup,
  withoutTickers,
  withoutUniverse,
} from './rules.ts';
import { requireManager, requireServer, type SlashCommand, type Context } from '../slash-command.ts';
import { completeTickers, matchingUniverses } from '../autocomplete.ts';
import type { Options } from '../options.ts';
import { namedUniverse } from '../read-request.ts';
import { RANGES } from '../../parse.ts';
import { typedTickers, type TickerList } from '../../prices/universes.ts';
import { parseGroup } from '../groups.ts';
import { progressText } from '../../progress.ts';
import type { Reply } from '../../reply.ts';
import { deletedReply, groupsReply, removedReply, savedReply, universeReply, universesReply } from './reply.ts';

type UniverseRequest =
  | { readonly kind: 'list' }
  | { readonly kind: 'show' | 'delete'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string; readonly group: string }
  | ({ readonly kind: 'create' | 'add' | 'remove'; readonly name: string } & Pick<TickerList, 'tickers' | 'phrases'>);

/** A request and its server. */
type InGuild<R> = R & { readonly guildId: string };

const nameOption = {
  type: OptionType.String as const,
  name: 'name',
  description: 'The name of the universe',
  required: true,
};
const knownName = { ...nameOption, autocomplete: true };
const tickersOption = {
  type: OptionType.String as const,
  name: 'tickers',
  description: 'Ticker symbols at Yahoo Finance, such as AAPL, MSFT, KO; a name offers its symbols',
  required: true,
  autocomplete: true,
};
const subcommand = (name: string, description: string, ...options: (typeof nameOption)[]) => ({
  type: OptionType.Subcommand as const,
  name,
  description,
  options,
});

export const universe: SlashCommand<InGuild<UniverseRequest>> = {
  data: {
    name: 'universe',
    description: "This server's own lists of assets",
    contexts: [InteractionContextType.Guild],
    options: [
      subcommand('list', 'List the universes that you can use here'),
      subcommand('show', 'Show the assets of a universe', knownName),
      subcommand(
        'create',
        'Create a universe from a list of assets (Manage Server)',
        { ...nameOption, description: 'Letters a to z, digits and dashes, such as tech-10' },
        tickersOption,
      ),
      subcommand('add', 'Add assets to a universe (Manage Server)', knownName, tickersOption),
      subcommand('remove', 'Remove assets from a universe (Manage Server)', knownName, tickersOption),
      subcommand('group', 'Name assets that constraints use together (Manage Server)', knownName, {
        ...nameOption,
        name: 'group',
        description: 'A name and its tickers, such as tech: NVDA AAPL; without tickers: removes the group',
      }),
      subcommand('delete', 'Delete a universe (Manage Server)', knownName),
    ],
  },

  parse(options, invocation) {
    const kind = invocation.subcommand ?? 'list';
    if (kind === 'list') return { kind, guildId: requireServer(invocation) };
    if (kind === 'show') {
      const guildId = requireServer(invocation);
      return { kind, guildId, name: namedUniverse(String(options.name), invocation.guild.universes, 'name').name };
    }
    return { ...readChange(kind, options), guildId: requireManager(invocation, "this server's universes") };
  },

  isPublic: () => false,

  async run(request, context) {
    const { app, guild } = context;
    if (request.kind === 'list') return universesReply(guild);
    if (request.kind === 'show') {
      const { universes } = await app.guilds.get(request.guildId);
      const made = universes.find(({ name }) => name === request.name);
      return universeReply(namedUniverse(request.name, guild.universes, 'name'), made);
    }
    if (request.kind === 'group') return group(request, context);
    return 'tickers' in request ? change(request, context) : remove(request, context);
  },

  complete(option, typed, { app, guild, subcommand: kind }) {
    if (option === 'tickers') return kind === 'remove' ? [] : completeTickers(typed, app);
    if (option !== 'name') return [];
    const offered = guild.universes.filter(({ owner }) => kind === 'show' || owner === 'guild');
    return matchingUniverses(typed, offered);
  },
};

function readChange(kind: string, options: Options): Exclude<UniverseRequest, { kind: 'list' }> {
  const name = parseUniverseName(String(options.name));
  if (kind === 'delete') return { kind, name };
  if (kind === 'group') return { kind, name, group: String(options.group) };
  if (kind !== 'create' && kind !== 'add' && kind !== 'remove') throw new Error(`no subcommand ${kind}`);
  const min = kind === 'create' ? RANGES.assets.min : 1;
  const { tickers, phrases } = typedTickers(String(options.tickers), { min, max: RANGES.assets.max });
  return { kind, name, tickers, ...(phrases && { phrases }) };
}

type Change = InGuild<Extract<UniverseRequest, { tickers: unknown }>>;

async function change({ kind, name, tickers, phrases, guildId }: Change, context: Context): Promise<Reply> {
  const { app, memberId, progress, signal } = context;
  const options = { onProgress: progressText(progress), signal, ...(phrases && { phrases }) };
  const now = app.clock.now();
  if (kind === 'create') {
    const made = { name, tickers: [...tickers], createdBy: memberId, createdAt: new Date(now).toISOString() };
    const saved = await createUniverse(app, guildId, made, options);
    return savedReply({ name, ...saved }, 'Created.', now);
  }
  if (kind === 'add') {
    const saved = await extendUniverse(app, guildId, { name, tickers: [...tickers] }, options);
    return savedReply({ name, ...saved }, `Added ${saved.added.join(', ')}.`, now);
  }
  let removed = tickers;
  const record = await app.guilds.update(guildId, (old) => {
    const changed = ownUniverse(old, name);
    removed = spelledAsIn(changed, tickers);
    return withoutTickers(old, name, removed);
  });
  return removedReply(name, removed, ownUniverse(record, name).tickers);
}

async function group(request: InGuild<{ name: string; group: string }>, { app }: Context): Promise<Reply> {
  const { name, guildId } = request;
  const record = await app.guilds.update(guildId, (old) => {
    const { tickers } = ownUniverse(old, name);
    return withGroup(old, name, parseGroup(request.group, 'group', tickers));
  });
  return groupsReply(ownUniverse(record, name));
}

async function remove({ name, guildId }: { name: string; guildId: string }, { app }: Context): Promise<Reply> {
  let wasDefault = false;
  const record = await app.guilds.update(guildId, (old) => {
    wasDefault = old.settings.universe === name;
    return withoutUniverse(old, name);
  });
  return deletedReply(name, reportsOn(record, name), wasDefault);
}
