// Delivers a reply as a message when the interaction's token has expired. It is retried like every other message.
import type { RepliableInteraction } from 'discord.js';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import { rememberClosedDms } from './closed-dms.ts';
import { NotSendableError } from './delivery.ts';
import { DMS_CLOSED, isDiscordError } from './discord-errors.ts';
import type { DiscordMessenger } from './messenger.ts';
import type { MessageContent } from './render.ts';

export interface FallbackOptions {
  /** Whether to post in the channel, if the bot may write there. Otherwise the reply is a direct message. */
  readonly isPublic: boolean;
  readonly app: Pick<App, 'clock' | 'members'>;
  readonly messenger: DiscordMessenger;
  readonly log: Logger;
}

/** Resolves to false when it could be sent neither to the channel nor to the member. */
export async function deliverFallback(
  interaction: RepliableInteraction,
  content: MessageContent,
  options: FallbackOptions,
): Promise<boolean> {
  const message = {
    ...content,
    content: `<@${interaction.user.id}>`,
    allowedMentions: { users: [interaction.user.id] },
    nonce: interaction.id,
    enforceNonce: true,
  };
  return (
    (options.isPublic && (await sendToChannel(interaction, message, options))) ||
    sendToMember(interaction, message, options)
  );
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
  { messenger }: FallbackOptions,
): Promise<boolean> {
  const { channel } = interaction;
  const { delivery } = await messenger.deliver(interaction.id, async () => {
    if (channel === null || !channel.isSendable()) throw new NotSendableError('the bot does not know that channel');
    await channel.send(message);
  });
  return delivery === 'sent';
}

/** Resolves to false when the member's direct messages are closed. Their next reply then says so. */
async function sendToMember(
  { id, user }: RepliableInteraction,
  message: FallbackMessage,
  { app, messenger, log }: FallbackOptions,
): Promise<boolean> {
  const known = await app.members.find(user.id);
  const { delivery, error } = await messenger.deliver(id, () => user.send(message));
  if (delivery === 'sent') return true;
  log.warn('the answer was lost: the member could not be sent a direct message');
  if (isDiscordError(error, DMS_CLOSED)) await rememberClosedDms(app, user.id, { wasKnown: known !== undefined });
  return false;
}
