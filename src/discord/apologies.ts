// Says that a question was not answered, because the process that answered it has died or could not reach Discord.
import { DiscordAPIError, InteractionWebhook, type Client, type WebhookMessageEditOptions } from 'discord.js';
import type { App } from '../app.ts';
import { describeError } from '../describe-error.ts';
import type { PendingAnswer } from '../pending-answers.ts';
import { isTokenAlive } from './deferred-reply.ts';
import { isDiscordError, REPLY_GONE } from './discord-errors.ts';
import { deliverFallback, ELSEWHERE, isDelivered } from './fallback-delivery.ts';
import type { DiscordMessenger } from './messenger.ts';
import { renderReply } from './render.ts';
import { interruptedReply } from './standard-replies.ts';

export interface ApologyOptions {
  readonly client: Client;
  readonly messenger: DiscordMessenger;
  readonly app: Pick<App, 'clock' | 'log'>;
}

/**
 * In the answer's place while the interaction's token lives, and in a direct message afterwards. Never rejects.
 * @param id the interaction's
 * @returns false when another attempt may succeed
 */
export async function apologise(id: string, pending: PendingAnswer, options: ApologyOptions): Promise<boolean> {
  const { messenger, app } = options;
  const { memberId, channelId, command, isPublic, receivedAt } = pending;
  const asker = { id, memberId, channelId };
  const apology = renderReply(interruptedReply(command));
  try {
    // It may have died after that, or could not forget the question.
    const isAnswered = await isDelivered(asker, { isPublic, messenger });
    const isAlive = isTokenAlive(app.clock.now() - Date.parse(receivedAt));
    if (isAlive && (await editOriginal(pending, isAnswered ? ELSEWHERE : apology, options))) return true;
    if (isAnswered) return true;
    // It matters to the member alone. Another process may have sent it.
    const delivery = { isPublic: false, messenger, isOwn: false };
    return (await deliverFallback(asker, apology, delivery)) !== 'failed';
  } catch (error) {
    app.log.warn({ error: describeError(error) }, 'an unfinished answer could not be apologised for');
    return error instanceof DiscordAPIError;
  }
}

/** Resolves to false when the reply is gone, or its token has expired. An answer that is there stays. */
async function editOriginal(
  { applicationId, token }: PendingAnswer,
  shown: WebhookMessageEditOptions,
  { client }: ApologyOptions,
): Promise<boolean> {
  if (!client.isReady()) throw new Error('expected a client that has logged in');
  const webhook = new InteractionWebhook(client, applicationId, token);
  try {
    const { embeds } = await webhook.fetchMessage('@original');
    if (embeds.length === 0) await webhook.editMessage('@original', { content: null, ...shown });
    return true;
  } catch (error) {
    if (!isDiscordError(error, REPLY_GONE)) throw error;
    return false;
  }
}
