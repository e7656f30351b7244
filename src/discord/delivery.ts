import { HTTPError, RateLimitError, RESTJSONErrorCodes } from 'discord.js';
import pRetry from 'p-retry';
import type { App } from '../app.ts';
import type { Delivery } from '../messenger.ts';
import { withTimeout } from '../async.ts';
import { describeError, isDiscordError } from './faults.ts';
import { lengthOf, LIMITS } from './limits.ts';

/** discord.js itself waits for rate limits up to this; what is told to wait longer has failed for now. */
export const LONGEST_LIMIT_MS = 120_000;

const FIRST_PAUSE_MS = 1_000;

/**
 * 1, 3, 9 and 27 s. All tries lie within the "few minutes" for which Discord remembers a nonce, or a message that is
 * there, but whose answers were lost, would be posted again.
 */
const BACK_OFF = { retries: 4, factor: 3, maxRetryTime: 120_000 } as const;

/** How long it is known that a message was sent: longer than any schedule catches up. */
const MARK_TTL_MS = 7 * 86_400_000;

/** The member takes no direct messages: from the bot, or as they are in no server together. */
export const CLOSED: readonly number[] = [
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
  RESTJSONErrorCodes.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds,
];

/** The channel is not there, not the bot's to see or to write in, or not for messages. */
export const NO_ENTRY: readonly number[] = [RESTJSONErrorCodes.UnknownChannel, RESTJSONErrorCodes.MissingAccess];

const REFUSED: readonly number[] = [
  ...CLOSED,
  ...NO_ENTRY,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.UnknownGuild,
  RESTJSONErrorCodes.UnknownUser,
  RESTJSONErrorCodes.CannotSendMessagesInNonTextChannel,
  RESTJSONErrorCodes.CannotSendAMessageInAForumChannel,
  RESTJSONErrorCodes.InvalidActionOnArchivedThread,
  RESTJSONErrorCodes.ThreadLocked,
];

/** Nobody can write there, so nothing was sent. */
export class NotSendable extends Error {
  override readonly name = 'NotSendable';
}

export interface Sent {
  readonly delivery: Delivery;
  /** Why it was not sent. */
  readonly error?: unknown;
}

export interface Deliveries {
  /**
   * Sends once: what has this nonce is not sent again, also after a restart. `send` must tell Discord the nonce.
   * @throws Error when the nonce is longer than Discord takes
   */
  deliver(nonce: string, send: () => Promise<unknown>): Promise<Sent>;
  /** Waits for no further try; resolves when nothing is underway any more, or after `ms`. */
  close(ms: number): Promise<void>;
}

interface Terms {
  readonly app: Pick<App, 'marks' | 'clock' | 'log'>;
  /** Before the first further try. */
  readonly pauseMs?: number;
}

export function createDeliveries({ app, pauseMs = FIRST_PAUSE_MS }: Terms): Deliveries {
  const { marks, clock, log } = app;
  const underway = new Map<string, Promise<Sent>>();
  const closing = new AbortController();

  async function tried(send: () => Promise<unknown>): Promise<Sent> {
    let isSent = false;
    async function once(): Promise<void> {
      await sendOnce(send);
      isSent = true;
    }
    try {
      await pRetry(once, {
        ...BACK_OFF,
        minTimeout: pauseMs,
        signal: closing.signal,
        shouldRetry: ({ error }) => canPass(error),
      });
    } catch (error) {
      // A signal that aborts while the last try succeeds is thrown all the same.
      if (!isSent) return { delivery: isRefusal(error) ? 'refused' : 'failed', error };
    }
    return { delivery: 'sent' };
  }

  async function delivered(nonce: string, send: () => Promise<unknown>): Promise<Sent> {
    if (nonce === '' || lengthOf(nonce) > LIMITS.nonce) {
      throw new Error(`expected a nonce of 1 to ${LIMITS.nonce} characters, got ${lengthOf(nonce)}`);
    }
    try {
      if ((await marks.get(markKey(nonce))) !== undefined) return { delivery: 'sent' };
    } catch (error) {
      log.error({ error: describeError(error) }, 'nothing is sent while the store cannot say what was sent already');
      return { delivery: 'failed', error };
    }
    const sent = await tried(send);
    if (sent.delivery === 'sent') await mark(nonce);
    else log.warn({ delivery: sent.delivery, error: describeError(sent.error) }, 'a message could not be sent');
    return sent;
  }

  async function mark(nonce: string): Promise<void> {
    const at = new Date(clock.now()).toISOString();
    try {
      await marks.set(markKey(nonce), { due: at, at, outcome: 'done' }, MARK_TTL_MS);
    } catch (error) {
      log.error({ error: describeError(error) }, 'it could not be stored that a message was sent');
    }
  }

  return {
    deliver(nonce, send) {
      const running = underway.get(nonce);
      if (running !== undefined) return running;
      const started = delivered(nonce, send).finally(() => underway.delete(nonce));
      underway.set(nonce, started);
      return started;
    },
    async close(ms) {
      closing.abort(new Error('the bot stops'));
      await withTimeout<unknown>(ms, Promise.all(underway.values()), () => undefined);
    },
  };
}

const markKey = (nonce: string): string => `sent/${nonce}`;

async function sendOnce(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    // Discord's answer when the message with this nonce was there, and has been deleted since.
    if (!isDiscordError(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
  }
}

const isRefusal = (error: unknown): boolean => error instanceof NotSendable || isDiscordError(error, REFUSED);

/** Whether it may be otherwise in some seconds: Discord's edge fails, or the network does. */
function canPass(error: unknown): boolean {
  if (error instanceof HTTPError) return true;
  if (error instanceof RateLimitError || error instanceof NotSendable) return false;
  if (!(error instanceof Error)) return false;
  return error.name === 'AbortError' || ('code' in error && NETWORK.test(String(error.code)));
}

/** The system's codes, and those of undici, which discord.js sends with. */
const NETWORK = /^(E[A-Z]|UND_ERR_)/;
