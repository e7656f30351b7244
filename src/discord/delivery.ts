import { RESTJSONErrorCodes } from 'discord.js';
import pRetry from 'p-retry';
import type { App } from '../app.ts';
import { withTimeout } from '../async.ts';
import type { Begun, Delivery } from '../messenger.ts';
import { describeError } from '../describe-error.ts';
import { isDiscordError, isTransient, UNDELIVERABLE } from './discord-errors.ts';
import { lengthOf, LIMITS } from './limits.ts';

const FIRST_PAUSE_MS = 1_000;

/**
 * Pauses of 1, 3, 9 and 27 s. All attempts lie within the "few minutes" for which Discord remembers a nonce, so that
 * also where the bot may not read, a message that arrived, but whose response was lost, is not posted twice.
 */
const BACK_OFF = { retries: 4, factor: 3, maxRetryTime: 120_000 } as const;

/** What belongs to this process alone does not wait longer than this for the store. */
const PATIENCE_MS = 1_000;

/** The bot cannot write there, so nothing was sent. */
export class NotSendableError extends Error {
  override readonly name = 'NotSendableError';
}

export interface DeliveryResult {
  readonly delivery: Delivery;
  /** Why it was not sent. */
  readonly error?: unknown;
}

export interface DeliveryOptions {
  readonly app: Pick<App, 'sentMessages' | 'clock' | 'log'>;
  /** The pause before the second attempt. Each further pause is three times as long. */
  readonly pauseMs?: number;
}

export interface Outgoing {
  /** The same in every attempt, also of a later process. */
  readonly nonce: string;
  /** Must pass the nonce to Discord. */
  readonly send: () => Promise<unknown>;
  /**
   * Whether it is among the channel's last messages. Asked before a second attempt, because the answer to the first may
   * have been lost, and Discord remembers a nonce for a few minutes only.
   * @param since milliseconds since 1970: the first attempt
   */
  readonly isThere: (since: number) => Promise<boolean>;
  /** It belongs to this process alone, so that it is sent even where the store cannot say whether it was. */
  readonly isOwn?: boolean;
}

/** Sends messages with retries, and each nonce only once. */
export class MessageDelivery {
  readonly #app: DeliveryOptions['app'];
  /** Milliseconds before a second attempt. */
  readonly pauseMs: number;
  readonly #underway = new Map<string, Promise<DeliveryResult>>();
  readonly #closing = new AbortController();

  constructor({ app, pauseMs = FIRST_PAUSE_MS }: DeliveryOptions) {
    this.#app = app;
    this.pauseMs = pauseMs;
  }

  /**
   * Sends a message unless one with this nonce was sent before, even before a restart.
   * @throws Error when the nonce is too long for Discord
   */
  deliver(message: Outgoing): Promise<DeliveryResult> {
    const { nonce } = message;
    const underway = this.#underway.get(nonce);
    if (underway !== undefined) return underway;
    const started = this.#sendUnlessSent(message).finally(() => this.#underway.delete(nonce));
    this.#underway.set(nonce, started);
    return started;
  }

  /**
   * Whether another process has sent a message with this nonce.
   * @param places where it may be
   */
  async wasSent(nonce: string, places: readonly Pick<Outgoing, 'isThere'>[]): Promise<boolean> {
    const known = await this.#app.sentMessages.find(nonce);
    if (known === undefined || known === 'sent') return known === 'sent';
    for (const place of places) if (await this.#isThere(place, known.since)) return true;
    return false;
  }

  /** Starts no further attempt. Resolves when nothing is underway, or after `ms`. */
  async close(ms: number): Promise<void> {
    this.#closing.abort(new Error('the bot stops'));
    await withTimeout<unknown>(ms, Promise.all(this.#underway.values()), () => undefined);
  }

  async #sendUnlessSent(message: Outgoing): Promise<DeliveryResult> {
    const { nonce } = message;
    if (nonce === '' || lengthOf(nonce) > LIMITS.nonce) {
      throw new Error(`expected a nonce of 1 to ${LIMITS.nonce} characters, got ${lengthOf(nonce)}`);
    }
    const { log } = this.#app;
    let begun: Begun;
    try {
      begun = await this.#begin(message);
    } catch (error) {
      log.error({ error: describeError(error) }, 'nothing is sent while the store cannot say what was sent already');
      return { delivery: 'failed', error };
    }
    if (begun === 'sent') return { delivery: 'sent' };
    const result = await this.#sendWithRetries(message, begun);
    if (result.delivery !== 'sent') {
      log.warn({ delivery: result.delivery, error: describeError(result.error) }, 'a message could not be sent');
    } else await this.#markSent(message);
    return result;
  }

  /** @throws Error when the store fails, unless the message belongs to this process alone */
  async #begin({ nonce, isOwn = false }: Outgoing): Promise<Begun> {
    const { sentMessages, clock } = this.#app;
    const begun = sentMessages.begin(nonce);
    if (!isOwn) return begun;
    const first: Begun = { since: clock.now(), isFirst: true };
    return withTimeout(PATIENCE_MS, begun, () => first).catch(() => first);
  }

  async #sendWithRetries(message: Outgoing, begun: Exclude<Begun, 'sent'>): Promise<DeliveryResult> {
    let isSent = false;
    try {
      await pRetry(
        async (attempt) => {
          const isRepeated = attempt > 1 || !begun.isFirst;
          if (!isRepeated || !(await this.#isThere(message, begun.since))) await sendOnce(message.send);
          isSent = true;
        },
        {
          ...BACK_OFF,
          minTimeout: this.pauseMs,
          signal: this.#closing.signal,
          shouldRetry: ({ error }) => isTransient(error),
        },
      );
    } catch (error) {
      // pRetry throws when the signal aborts during the last try, even if that try succeeds.
      if (!isSent) return { delivery: isRefusal(error) ? 'refused' : 'failed', error };
    }
    return { delivery: 'sent' };
  }

  /** Where the bot may not read, the message is sent again, and Discord's memory of its nonce must do. */
  async #isThere({ isThere }: Pick<Outgoing, 'isThere'>, since: number): Promise<boolean> {
    try {
      return await isThere(since);
    } catch (error) {
      this.#app.log.warn({ error: describeError(error) }, 'it could not be seen whether a message is there already');
      return false;
    }
  }

  async #markSent({ nonce, isOwn = false }: Outgoing): Promise<void> {
    const { sentMessages, log } = this.#app;
    try {
      const added = sentMessages.add(nonce);
      await (isOwn ? withTimeout(PATIENCE_MS, added, () => undefined) : added);
    } catch (error) {
      log.error({ error: describeError(error) }, 'it could not be stored that a message was sent');
    }
  }
}

async function sendOnce(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    // Discord's response when a message with this nonce was posted and has been deleted since.
    if (!isDiscordError(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof NotSendableError || isDiscordError(error, UNDELIVERABLE);
}
