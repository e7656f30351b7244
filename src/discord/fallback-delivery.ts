// A reply as a message, where the interaction's token no longer takes it; retried like every other message.
import type { RepliableInteraction } from 'discord.js';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import { rememberClosedDms } from './closed-dms.ts';
import { NotSendableError } from './delivery.ts';
import { DMS_CLOSED, isDiscordError } from './discord-errors.ts';
import type { DiscordMessenger } from './messenger.ts';
import type { MessageContent } from './render.ts';

export interface FallbackOptions {
  /** Posted in the channel, where the bot may write there; otherwise a direct message. */
  readonly isPublic: boolean;
  readonly app: Pick<App, 'clock' | 'members'>;
  readonly messenger: DiscordMessenger;
  readonly log: Logger;
}

/** Resolves to false when neither the channel nor the member takes it. */
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

/** False where the bot may not write, or knows no such channel. */
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

/** False when the member takes no direct messages: they are told so below their next reply. */
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
