import { HTTPError, RateLimitError, RESTJSONErrorCodes } from 'discord.js';
import pRetry from 'p-retry';
import type { App } from '../app.ts';
import { withTimeout } from '../async.ts';
import { errorCode } from '../errors.ts';
import type { Delivery } from '../messenger.ts';
import { describeError } from '../describe-error.ts';
import { isDiscordError, UNDELIVERABLE } from './discord-errors.ts';
import { lengthOf, LIMITS } from './limits.ts';

const FIRST_PAUSE_MS = 1_000;

/**
 * Pauses of 1, 3, 9 and 27 s. All attempts must lie within the "few minutes" for which Discord remembers a nonce.
 * Otherwise a message that arrived, but whose response was lost, would be posted twice.
 */
const BACK_OFF = { retries: 4, factor: 3, maxRetryTime: 120_000 } as const;

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
  readonly app: Pick<App, 'sentMessages' | 'log'>;
  /** The pause before the second attempt. Each further pause is three times as long. */
  readonly pauseMs?: number;
}

/** Sends messages with retries, and each nonce only once. */
export class MessageDelivery {
  readonly #app: DeliveryOptions['app'];
  readonly #pauseMs: number;
  readonly #underway = new Map<string, Promise<DeliveryResult>>();
  readonly #closing = new AbortController();

  constructor({ app, pauseMs = FIRST_PAUSE_MS }: DeliveryOptions) {
    this.#app = app;
    this.#pauseMs = pauseMs;
  }

  /**
   * Sends a message unless one with this nonce was sent before, even before a restart.
   * @param send must pass the nonce to Discord
   * @throws Error when the nonce is too long for Discord
   */
  deliver(nonce: string, send: () => Promise<unknown>): Promise<DeliveryResult> {
    const underway = this.#underway.get(nonce);
    if (underway !== undefined) return underway;
    const started = this.#sendUnlessSent(nonce, send).finally(() => this.#underway.delete(nonce));
    this.#underway.set(nonce, started);
    return started;
  }

  /** Starts no further attempt. Resolves when nothing is underway, or after `ms`. */
  async close(ms: number): Promise<void> {
    this.#closing.abort(new Error('the bot stops'));
    await withTimeout<unknown>(ms, Promise.all(this.#underway.values()), () => undefined);
  }

  async #sendUnlessSent(nonce: string, send: () => Promise<unknown>): Promise<DeliveryResult> {
    if (nonce === '' || lengthOf(nonce) > LIMITS.nonce) {
      throw new Error(`expected a nonce of 1 to ${LIMITS.nonce} characters, got ${lengthOf(nonce)}`);
    }
    const { sentMessages, log } = this.#app;
    try {
      if (await sentMessages.has(nonce)) return { delivery: 'sent' };
    } catch (error) {
      log.error({ error: describeError(error) }, 'nothing is sent while the store cannot say what was sent already');
      return { delivery: 'failed', error };
    }
    const result = await this.#sendWithRetries(send);
    if (result.delivery === 'sent') await this.#markSent(nonce);
    else log.warn({ delivery: result.delivery, error: describeError(result.error) }, 'a message could not be sent');
    return result;
  }

  async #sendWithRetries(send: () => Promise<unknown>): Promise<DeliveryResult> {
    let isSent = false;
    try {
      await pRetry(
        async () => {
          await sendOnce(send);
          isSent = true;
        },
        {
          ...BACK_OFF,
          minTimeout: this.#pauseMs,
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

  async #markSent(nonce: string): Promise<void> {
    const { sentMessages, log } = this.#app;
    try {
      await sentMessages.add(nonce);
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

/** Whether another attempt some seconds later may succeed, because the network or Discord's edge failed. */
function isTransient(error: unknown): boolean {
  if (error instanceof HTTPError) return true;
  if (error instanceof RateLimitError || error instanceof NotSendableError) return false;
  return (error instanceof Error && error.name === 'AbortError') || NETWORK_ERROR.test(errorCode(error) ?? '');
}

/** Error codes of the system and of undici, which discord.js uses. */
const NETWORK_ERROR = /^(E[A-Z]|UND_ERR_)/;
