// Sends what nobody waits for at a screen; src/discord/messenger.ts implements it.
import type { Reply } from './reply.ts';

/**
 * `sent`: it is there, once. `refused`: the bot may not write there, there is no such channel, or the member
 * takes no direct messages. `failed`: Discord could not be reached for as long as was tried; it may be tried
 * again under the same nonce.
 */
export type Delivery = 'sent' | 'refused' | 'failed';

/** Retries with back-off, honours rate limits, and sends only once what has the same nonce. */
export interface Messenger {
  /** @param nonce at most 25 characters: a message with the same nonce is not posted again, even after a restart */
  postToChannel(channelId: string, reply: Reply, nonce: string): Promise<Delivery>;
  /** A member who takes none is remembered: no more are tried until they next use a command. */
  sendDirectMessage(memberId: string, reply: Reply, nonce: string): Promise<Delivery>;
  /** Whether the bot is in that guild, even during an outage of it. */
  isInGuild(guildId: string): boolean;
  /** @returns in words, what the bot lacks to post embeds and files there; undefined when it lacks nothing */
  missingPermissions(guildId: string, channelId: string): Promise<string | undefined>;
  /** Undefined when the bot is not in that guild, or does not see it now. */
  guildName(guildId: string): string | undefined;
}
