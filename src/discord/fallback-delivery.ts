// Delivers a reply as a message when it cannot be in its place. It is retried like every other message.
import type { DiscordMessenger } from './messenger.ts';
import type { MessageContent } from './render.ts';

/** In place of progress, when the answer could not be. */
export const ELSEWHERE = { content: 'The answer was sent as a message.', embeds: [], components: [] };

export interface FallbackOptions {
  /** Whether to post in the channel, if the bot may write there. Otherwise the reply is a direct message. */
  readonly isPublic: boolean;
  readonly messenger: DiscordMessenger;
  /** See `Outgoing`; absent: yes. */
  readonly isOwn?: boolean;
}

/** Where somebody has asked. */
export interface Asker {
  /** Of the interaction. */
  readonly id: string;
  readonly memberId: string;
  readonly channelId: string | undefined;
}

/** Whether another process has delivered it. @throws Error when the store fails */
export const isDelivered = (
  { id, memberId, channelId }: Asker,
  { isPublic, messenger }: Pick<FallbackOptions, 'isPublic' | 'messenger'>,
): Promise<boolean> => messenger.wasSent(id, memberId, isPublic ? channelId : undefined);

/** Resolves to the outcome of the direct message, if the channel does not take it. */
export async function deliverFallback(
  { id, memberId, channelId }: Asker,
  content: MessageContent,
  { isPublic, messenger, isOwn = true }: FallbackOptions,
): ReturnType<DiscordMessenger['sendToMember']> {
  const message = {
    ...content,
    content: `<@${memberId}>`,
    allowedMentions: { users: [memberId] },
    nonce: id,
    enforceNonce: true,
  };
  const isPosted =
    isPublic && channelId !== undefined && (await messenger.sendToChannel(channelId, message, isOwn)) === 'sent';
  return isPosted ? 'sent' : messenger.sendToMember(memberId, message, isOwn);
}
