// Decides, for errors that nobody caught, whether the process goes on.
import { describeError } from './describe-error.ts';
import type { Mishaps } from './mishaps.ts';
import type { Logger } from 'pino';

/** How long an orderly end may take. Longer than a bot's farewell (discord/client.ts). */
const LAST_MS = 20_000;

/** discord.js throws in its gateway's callback when it cannot read a payload; its next payload is a new start. */
const DISCORD_FRAME = /[\\/]node_modules[\\/](discord\.js|@discordjs)[\\/]/;

const isOfDiscord = (error: unknown): boolean => error instanceof Error && DISCORD_FRAME.test(error.stack ?? '');

interface GuardOptions {
  readonly mishaps: Mishaps;
  readonly log: Logger;
  /** Ends the program in an orderly manner. */
  readonly leave: () => Promise<void>;
}

/**
 * A payload that discord.js cannot take and a rejection that nobody waits for are logged and counted. After any other
 * uncaught exception nobody knows what still works: the process ends, with exit code 1, and does not linger.
 */
export function guardProcess({ mishaps, log, leave }: GuardOptions): void {
  let isLeaving = false;
  process.on('unhandledRejection', (reason) => mishaps.note(isOfDiscord(reason) ? 'gateway' : 'rejection', reason));
  process.on('uncaughtException', (error) => {
    if (isOfDiscord(error)) return mishaps.note('gateway', error);
    log.fatal({ error: describeError(error) }, 'an exception that nobody caught: the process ends');
    process.exitCode = 1;
    if (isLeaving) process.exit(1);
    isLeaving = true;
    setTimeout(() => process.exit(1), LAST_MS).unref();
    void leave();
  });
}
