// Delivers a reply as a message when the interaction's token has expired. It is retried like every other message.
import type { RepliableInteraction } from 'discord.js';
import type { Logger } from 'pino';
import { NotSendableError } from './delivery.ts';
import type { DiscordMessenger } from './messenger.ts';
import type { MessageContent } from './render.ts';

export interface FallbackOptions {
  /** Whether to post in the channel, if the bot may write there. Otherwise the reply is a direct message. */
  readonly isPublic: boolean;
  readonly messenger: DiscordMessenger;
  readonly log: Logger;
}

/** Resolves to false when it could be sent neither to the channel nor to the member. */
export async function deliverFallback(
  interaction: RepliableInteraction,
  content: MessageContent,
  { isPublic, messenger, log }: FallbackOptions,
): Promise<boolean> {
  const { id, user } = interaction;
  const message = {
    ...content,
    content: `<@${user.id}>`,
    allowedMentions: { users: [user.id] },
    nonce: id,
    enforceNonce: true,
  };
  if (isPublic && (await sendToChannel(interaction, message, messenger))) return true;
  if ((await messenger.sendToMember(user.id, message)) === 'sent') return true;
  log.warn('the answer was lost: the member could not be sent a direct message');
  return false;
}

interface FallbackMessage extends MessageContent {
  readonly content: string;
  readonly allowedMentions: { readonly users: readonly string[] };
  readonly nonce: string;
  readonly enforceNonce: boolean;
}

/** Resolves to false when the bot may not write there or does not know the channel. */
async function sendToChannel(
  interaction: RepliableInteraction,
  message: FallbackMessage,
  messenger: DiscordMessenger,
): Promise<boolean> {
  const { channel } = interaction;
  const { delivery } = await messenger.deliver(interaction.id, async () => {
    if (channel === null || !channel.isSendable()) throw new NotSendableError('the bot does not know that channel');
    await channel.send(message);
  });
  return delivery === 'sent';
}
