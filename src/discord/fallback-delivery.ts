// Delivers a reply as a message when it cannot be in its place. It is retried like every other message.
import type { DiscordMessenger } from './messenger.ts';
import type { MessageContent } from './render.ts';

export interface FallbackOptions {
  /** Whether to post in the channel, if the bot may write there. Otherwise the reply is a direct message. */
  readonly isPublic: boolean;
  readonly messenger: DiscordMessenger;
}

/** Where somebody has asked. */
export interface Asker {
  /** Of the interaction. */
  readonly id: string;
  readonly memberId: string;
  readonly channelId: string | undefined;
}

/** Resolves to the outcome of the direct message, if the channel does not take it. */
export async function deliverFallback(
  { id, memberId, channelId }: Asker,
  content: MessageContent,
  { isPublic, messenger }: FallbackOptions,
): ReturnType<DiscordMessenger['sendToMember']> {
  const message = {
    ...content,
    content: `<@${memberId}>`,
    allowedMentions: { users: [memberId] },
    nonce: id,
    enforceNonce: true,
  };
  const isPosted =
    isPublic && channelId !== undefined && (await messenger.sendToChannel(channelId, message, true)) === 'sent';
  return isPosted ? 'sent' : messenger.sendToMember(memberId, message, true);
}
