// Answers that come after the interaction's token has died: as messages, with the messenger's patience.
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import type { Asking } from './answer.ts';
import { rememberClosed } from './closed.ts';
import { CLOSED, NotSendable } from './delivery.ts';
import { isDiscordError } from './faults.ts';
import type { OwnMessenger } from './messenger.ts';
import type { MessageContent } from './render.ts';

interface Terms {
  /** Shown in the channel, where the bot may write there. */
  readonly isPublic: boolean;
  readonly app: Pick<App, 'clock' | 'members'>;
  readonly messenger: OwnMessenger;
  readonly log: Logger;
}

/** Resolves to false when neither the channel nor the member takes it. */
export async function sendInstead(interaction: Asking, content: MessageContent, terms: Terms): Promise<boolean> {
  return (
    (terms.isPublic && (await sendToChannel(interaction, content, terms))) || sendToMember(interaction, content, terms)
  );
}

function addressed(interaction: Asking, content: MessageContent) {
  return {
    ...content,
    content: `<@${interaction.user.id}>`,
    allowedMentions: { users: [interaction.user.id] },
    nonce: interaction.id,
    enforceNonce: true,
  };
}

/** False where the bot may not write, or knows no such channel. */
async function sendToChannel(interaction: Asking, content: MessageContent, { messenger }: Terms): Promise<boolean> {
  const { channel } = interaction;
  const { delivery } = await messenger.deliver(interaction.id, async () => {
    if (channel === null || !channel.isSendable()) throw new NotSendable('the bot does not know that channel');
    await channel.send(addressed(interaction, content));
  });
  return delivery === 'sent';
}

/** False when the member takes no direct messages, which they are then told below their next answer. */
async function sendToMember(
  interaction: Asking,
  content: MessageContent,
  { app, messenger, log }: Terms,
): Promise<boolean> {
  const { user } = interaction;
  const known = await app.members.find(user.id);
  const { delivery, error } = await messenger.deliver(interaction.id, () => user.send(addressed(interaction, content)));
  if (delivery === 'sent') return true;
  log.warn('the answer was lost: the member could not be sent a direct message');
  if (isDiscordError(error, CLOSED)) await rememberClosed(app, user.id, { wasKnown: known !== undefined });
  return false;
}
