import type { Embed, Message, SendableChannels } from 'discord.js';
import { MINUTE_MS } from '../durations.ts';
import type { MessageContent } from './render.ts';

/** The most that Discord gives at once. */
const LAST_MESSAGES = 100;

/** How far our clock may be ahead of Discord's. */
const SKEW_MS = MINUTE_MS;

/**
 * Whether the bot's message with this nonce is among the channel's last. Discord does not promise to keep a nonce: a
 * message without one is the same if it was written since the first attempt and says the same.
 * @param since milliseconds since 1970: the first attempt
 * @throws DiscordAPIError, HTTPError where the bot may not read, or Discord does not answer
 */
export async function isPosted(
  channel: SendableChannels,
  { nonce, embeds }: Pick<MessageContent, 'embeds'> & { readonly nonce: string },
  since: number,
): Promise<boolean> {
  const messages = await channel.messages.fetch({ limit: LAST_MESSAGES, cache: false });
  const text = textOf(embeds[0]);
  const isSame = ({ author, nonce: known, createdTimestamp, embeds: [first] }: Message): boolean =>
    author.id === channel.client.user.id &&
    (known === null ? createdTimestamp >= since - SKEW_MS && textOf(first) === text : String(known) === nonce);
  return messages.some(isSame);
}

type EmbedText = Partial<Pick<Embed, 'title' | 'description'>> & {
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
  readonly footer?: { readonly text: string } | null;
};

const textOf = ({ title, description, fields = [], footer }: EmbedText = {}): string =>
  JSON.stringify([
    title ?? null,
    description ?? null,
    fields.map(({ name, value }) => [name, value]),
    footer?.text ?? null,
  ]);
