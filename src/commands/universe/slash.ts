import { ApplicationCommandOptionType as OptionType, InteractionContextType } from 'discord-api-types/v10';
import { createUniverse, extendUniverse } from './editor.ts';
import { ownUniverse, parseUniverseName, reportsOn, withoutTickers, withoutUniverse } from './rules.ts';
import { requireManager, requireServer, type SlashCommand, type Context } from '../slash-command.ts';
import { matchingUniverses, namedUniverse, type Options } from '../options.ts';
import { RANGES, parseTickers } from '../../parse.ts';
import { progressText } from '../../progress.ts';
import type { Reply } from '../../reply.ts';
import { deletedReply, removedReply, savedReply, universeReply, universesReply } from './reply.ts';

type UniverseRequest =
  | { readonly kind: 'list' }
  | { readonly kind: 'show' | 'delete'; readonly name: string }
  | { readonly kind: 'create' | 'add' | 'remove'; readonly name: string; readonly tickers: readonly string[] };

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
  description: 'Ticker symbols at Yahoo Finance, such as AAPL, MSFT, KO',
  required: true,
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
    return 'tickers' in request ? change(request, context) : remove(request, context);
  },

  complete(option, typed, { guild, subcommand: kind }) {
    if (option !== 'name') return [];
    const offered = guild.universes.filter(({ owner }) => kind === 'show' || owner === 'guild');
    return matchingUniverses(typed, offered);
  },
};

function readChange(kind: string, options: Options): Exclude<UniverseRequest, { kind: 'list' }> {
  const name = parseUniverseName(String(options.name));
  if (kind === 'delete') return { kind, name };
  if (kind !== 'create' && kind !== 'add' && kind !== 'remove') throw new Error(`no subcommand ${kind}`);
  const min = kind === 'create' ? RANGES.assets.min : 1;
  const tickers = parseTickers(String(options.tickers), 'tickers', { min, max: RANGES.assets.max });
  return { kind, name, tickers };
}

type Change = InGuild<Extract<UniverseRequest, { tickers: unknown }>>;

async function change({ kind, name, tickers, guildId }: Change, context: Context): Promise<Reply> {
  const { app, memberId, progress, signal } = context;
  const options = { onProgress: progressText(progress), signal };
  if (kind === 'create') {
    const createdAt = new Date(app.clock.now()).toISOString();
    const made = { name, tickers: [...tickers], createdBy: memberId, createdAt };
    const described = await createUniverse(app, guildId, made, options);
    return savedReply({ name, tickers }, 'Created.', described, app.clock.now());
  }
  if (kind === 'add') {
    const saved = await extendUniverse(app, guildId, { name, tickers: [...tickers] }, options);
    const { added, described } = saved;
    return savedReply({ name, tickers: saved.tickers }, `Added ${added.join(', ')}.`, described, app.clock.now());
  }
  const record = await app.guilds.update(guildId, (old) => withoutTickers(old, name, tickers));
  return removedReply(name, tickers, ownUniverse(record, name).tickers);
}

async function remove({ name, guildId }: { name: string; guildId: string }, { app }: Context): Promise<Reply> {
  let wasDefault = false;
  const record = await app.guilds.update(guildId, (old) => {
    wasDefault = old.settings.universe === name;
    return withoutUniverse(old, name);
  });
  return deletedReply(name, reportsOn(record, name), wasDefault);
}
