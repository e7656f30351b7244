import { createHash } from 'node:crypto';
import { believed } from './believed.ts';
import { DAY_MS } from './durations.ts';
import { isoInstant, type JobRun } from './job-runs.ts';
import type { Reply } from './reply.ts';
import type { Table } from './store/table.ts';

/**
 * `sent`: the message is posted, exactly once. `refused`: the bot may not post there, the channel does not exist, or
 * the member accepts no direct messages. `failed`: Discord could not be reached despite several attempts; the message
 * may be sent again with the same nonce.
 */
export type Delivery = 'sent' | 'refused' | 'failed';

/** Sends messages outside of interactions. Retries with back-off, honours rate limits, and never sends a nonce twice. */
export interface Messenger {
  /** @param nonce at most NONCE_LENGTH characters: a message with this nonce is not posted again, even after a restart */
  postToChannel(channelId: string, reply: Reply, nonce: string): Promise<Delivery>;
  /** A direct message. A member who accepts none is remembered, and none is tried until they use a command again. */
  sendDirectMessage(memberId: string, reply: Reply, nonce: string): Promise<Delivery>;
  /** Whether the bot is in that server, even while the server is unavailable. */
  isInGuild(guildId: string): boolean;
  /**
   * Whether the bot may post embeds and files there or, with `memberId`, whether that member may write there.
   * @returns the missing permissions in words; undefined when nothing is missing
   */
  missingPermissions(guildId: string, channelId: string, memberId?: string): Promise<string | undefined>;
  /** The server's name, escaped for a reply's text; undefined when the bot is not in it, or the server is unavailable. */
  guildName(guildId: string): string | undefined;
}

/** The longest nonce that Discord accepts. */
export const NONCE_LENGTH = 25;

/** Identifies a message, so that it is sent once: equal parts give equal nonces, in every process. */
export const nonceOf = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, NONCE_LENGTH);

/** What is known of a message that is to be sent: that it was, or since when (milliseconds) that has been tried. */
export type Begun = 'sent' | { readonly since: number; readonly isFirst: boolean };

/** The nonces of messages that were sent, or may have been. */
export interface SentMessages {
  /** Undefined: it was never tried. */
  find(nonce: string): Promise<Begun | undefined>;
  /** Before the first attempt: whoever finds this later knows that the message may be there. */
  begin(nonce: string): Promise<Begun>;
  add(nonce: string): Promise<void>;
}

/** A run that is resumed later than this may send its messages again. */
const SENT_TTL_MS = 7 * DAY_MS;

/** @param jobRuns stores them under `sent/<nonce>`, as runs that have begun or are done */
export function openSentMessages(jobRuns: Table<JobRun>, now: () => number): SentMessages {
  async function find(nonce: string): Promise<Begun | undefined> {
    const stored = await jobRuns.get(sentKey(nonce));
    const since = believed(stored?.at, now());
    if (since === undefined) return undefined;
    return stored?.outcome === 'done' ? 'sent' : { since, isFirst: false };
  }
  return {
    find,
    async begin(nonce) {
      const known = await find(nonce);
      if (known !== undefined) return known;
      const since = now();
      await jobRuns.set(
        sentKey(nonce),
        { due: isoInstant(since), at: isoInstant(since), outcome: 'begun' },
        SENT_TTL_MS,
      );
      return { since, isFirst: true };
    },
    async add(nonce) {
      const at = isoInstant(now());
      await jobRuns.set(sentKey(nonce), { due: at, at, outcome: 'done' }, SENT_TTL_MS);
    },
  };
}

const sentKey = (nonce: string): string => `sent/${nonce}`;
