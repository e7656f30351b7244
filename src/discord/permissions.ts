import { PermissionFlagsBits, type Channel, type Client } from 'discord.js';
import { NO_ENTRY } from './delivery.ts';
import { isDiscordError } from './faults.ts';

const { ViewChannel, SendMessages, SendMessagesInThreads, EmbedLinks, AttachFiles } = PermissionFlagsBits;

/** As Discord's own pages call them. */
const NAMES: ReadonlyMap<bigint, string> = new Map([
  [ViewChannel, 'View Channel'],
  [SendMessages, 'Send Messages'],
  [SendMessagesInThreads, 'Send Messages in Threads'],
  [EmbedLinks, 'Embed Links'],
  [AttachFiles, 'Attach Files'],
]);

const inWords = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/**
 * What the bot lacks to post embeds and files in that channel of that guild: "Embed Links and Attach Files".
 * @throws DiscordAPIError, HTTPError when Discord does not say
 */
export async function lackingIn(client: Client, guildId: string, channelId: string): Promise<string | undefined> {
  const channel = await channelOrNone(client, channelId);
  if (channel === null || channel.isDMBased() || channel.guildId !== guildId) return 'View Channel';
  if (!channel.isSendable()) return 'a channel that takes messages';
  const me = await channel.guild.members.fetchMe();
  const has = channel.permissionsFor(me);
  const send = channel.isThread() ? SendMessagesInThreads : SendMessages;
  const lacks = [ViewChannel, send, EmbedLinks, AttachFiles].filter((permission) => !has.has(permission));
  return lacks.length === 0 ? undefined : inWords.format(lacks.map((permission) => NAMES.get(permission) ?? ''));
}

/** None where the bot knows none, or sees none. */
async function channelOrNone(client: Client, channelId: string): Promise<Channel | null> {
  try {
    return await client.channels.fetch(channelId);
  } catch (error) {
    if (isDiscordError(error, NO_ENTRY)) return null;
    throw error;
  }
}
