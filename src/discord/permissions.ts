import {
  PermissionFlagsBits,
  type BaseInteraction,
  type Channel,
  type Client,
  type GuildMember,
  type GuildMemberManager,
} from 'discord.js';
import { CHANNEL_INACCESSIBLE, isDiscordError, NO_MEMBER } from './discord-errors.ts';

const { ViewChannel, SendMessages, SendMessagesInThreads, EmbedLinks, AttachFiles } = PermissionFlagsBits;

/** Discord's own names of permissions. */
const NAMES: ReadonlyMap<bigint, string> = new Map([
  [ViewChannel, 'View Channel'],
  [SendMessages, 'Send Messages'],
  [SendMessagesInThreads, 'Send Messages in Threads'],
  [EmbedLinks, 'Embed Links'],
  [AttachFiles, 'Attach Files'],
]);

const LIST_FORMAT = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** Whether the member has Discord's permission "Manage Server". Nobody has it in direct messages. */
export function canManageGuild({ memberPermissions }: Pick<BaseInteraction, 'memberPermissions'>): boolean {
  return memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false;
}

interface ChannelWriter {
  readonly guildId: string;
  readonly channelId: string;
  /** Absent: the bot. */
  readonly memberId: string | undefined;
}

/**
 * The permissions that the bot lacks to post embeds and files in a channel of a guild, "Embed Links and Attach Files", or
 * that a member lacks to write there.
 * @throws DiscordAPIError, HTTPError when Discord does not answer
 */
export async function missingPermissions(
  client: Client,
  { guildId, channelId, memberId }: ChannelWriter,
): Promise<string | undefined> {
  const channel = await fetchChannel(client, channelId);
  if (channel === null || channel.isDMBased() || channel.guildId !== guildId) return 'View Channel';
  if (!channel.isSendable()) return 'a channel that takes messages';
  const { members } = channel.guild;
  const member = memberId === undefined ? await members.fetchMe() : await fetchMember(members, memberId);
  if (member === undefined) return 'membership of the server';
  const has = channel.permissionsFor(member);
  const send = channel.isThread() ? SendMessagesInThreads : SendMessages;
  const needed = [ViewChannel, send, ...(memberId === undefined ? [EmbedLinks, AttachFiles] : [])];
  const missing = needed.filter((permission) => !has.has(permission));
  return missing.length === 0
    ? undefined
    : LIST_FORMAT.format(missing.map((permission) => NAMES.get(permission) ?? ''));
}

/** Fetched, because the roles of a member that is cached may have changed. Undefined when they have left the server. */
async function fetchMember(members: GuildMemberManager, user: string): Promise<GuildMember | undefined> {
  try {
    return await members.fetch({ user, force: true, cache: false });
  } catch (error) {
    if (isDiscordError(error, NO_MEMBER)) return undefined;
    throw error;
  }
}

/** Null when there is no such channel, or the bot may not see it. */
async function fetchChannel(client: Client, channelId: string): Promise<Channel | null> {
  try {
    return await client.channels.fetch(channelId);
  } catch (error) {
    if (isDiscordError(error, CHANNEL_INACCESSIBLE)) return null;
    throw error;
  }
}
