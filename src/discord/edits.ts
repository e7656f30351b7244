import type { Logger } from 'pino';
import pRetry, { type Options } from 'p-retry';
import { describeError } from '../describe-error.ts';
import { isDiscordError, isTransient, isUnreachable, REPLY_GONE } from './discord-errors.ts';

/** `gone`: the reply was deleted or its token has expired. `unreachable`: Discord is, or it has no time for us. */
export type Attempted = 'shown' | 'gone' | 'unreachable';

export type BackOff = Required<Pick<Options, 'retries' | 'factor'>>;

/** discord.js itself makes four requests each time. */
const TWICE: BackOff = { retries: 1, factor: 1 };

interface EditOptions {
  /** Before the second attempt. */
  readonly pauseMs: number;
  readonly log: Logger;
  /** Whether another attempt could still succeed. */
  readonly isWorthwhile: () => boolean;
  /** Absent: two attempts. */
  readonly backOff: BackOff | undefined;
}

/**
 * Changes a reply. Tries again while Discord cannot be reached.
 * @throws DiscordAPIError when Discord does not take it
 */
export async function attemptEdit(
  send: () => Promise<unknown>,
  { pauseMs, log, isWorthwhile, backOff = TWICE }: EditOptions,
): Promise<Attempted> {
  try {
    const shouldRetry = ({ error }: { readonly error: Error }): boolean => isTransient(error) && isWorthwhile();
    // Nothing waits for it when the bot stops.
    await pRetry(send, { ...backOff, minTimeout: pauseMs, shouldRetry, unref: true });
    return 'shown';
  } catch (error) {
    if (isDiscordError(error, REPLY_GONE)) return 'gone';
    if (!isUnreachable(error)) throw error;
    log.warn({ error: describeError(error) }, 'a reply could not be changed: Discord cannot be reached');
    return 'unreachable';
  }
}
