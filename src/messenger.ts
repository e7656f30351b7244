// Pure: the words for sending something that nobody waits for. bot/ does the sending.
import type { Reply } from './reply.ts';

/**
 * `sent`: it is there, once. `refused`: the bot may not write there, there is no such channel, or the member
 * takes no direct messages. `failed`: Discord could not be reached for as long as was tried; it may be tried
 * again under the same nonce.
 */
export type Delivery = 'sent' | 'refused' | 'failed';

/** Sends with patience: retries with back-off, honours rate limits, and never doubles what has one nonce. */
export interface Messenger {
  /** @param nonce at most 25 characters: what has it already is not posted again, also after a restart */
  post(channelId: string, reply: Reply, nonce: string): Promise<Delivery>;
  /** A direct message. That a member takes none is remembered, and no more are tried until they ask something. */
  tell(memberId: string, reply: Reply, nonce: string): Promise<Delivery>;
  /** Whether the bot is in that server, also while Discord has trouble with it. */
  isIn(guildId: string): boolean;
  /** Whether the bot may post embeds and files there. @returns what it lacks in words; undefined when it may */
  lacking(guildId: string, channelId: string): Promise<string | undefined>;
  /** As people there call it; undefined when the bot is not in it, or does not see it now. */
  serverName(guildId: string): string | undefined;
}
