import { PermissionFlagsBits, type BaseInteraction, type Channel, type Client } from 'discord.js';
import { CHANNEL_INACCESSIBLE, isDiscordError } from './discord-errors.ts';

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

/**
 * The permissions that the bot lacks to post embeds and files in a channel of a guild: "Embed Links and Attach Files".
 * @throws DiscordAPIError, HTTPError when Discord does not answer
 */
export async function missingPermissions(
  client: Client,
  guildId: string,
  channelId: string,
): Promise<string | undefined> {
  const channel = await fetchChannel(client, channelId);
  if (channel === null || channel.isDMBased() || channel.guildId !== guildId) return 'View Channel';
  if (!channel.isSendable()) return 'a channel that takes messages';
  const me = await channel.guild.members.fetchMe();
  const has = channel.permissionsFor(me);
  const send = channel.isThread() ? SendMessagesInThreads : SendMessages;
  const missing = [ViewChannel, send, EmbedLinks, AttachFiles].filter((permission) => !has.has(permission));
  return missing.length === 0
    ? undefined
    : LIST_FORMAT.format(missing.map((permission) => NAMES.get(permission) ?? ''));
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
