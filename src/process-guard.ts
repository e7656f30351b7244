// Decides, for errors that nobody caught, whether the process goes on, and how it ends.
import { describeError } from './describe-error.ts';
import type { Mishaps } from './mishaps.ts';
import { LONGEST_END_MS } from './orderly-end.ts';
import type { Logger } from 'pino';

/** discord.js throws in its gateway's callback when it cannot read a payload; its next payload is a new start. */
const DISCORD_FRAME = /[\\/]node_modules[\\/](discord\.js|@discordjs)[\\/]/;

const isOfDiscord = (error: unknown): boolean => error instanceof Error && DISCORD_FRAME.test(error.stack ?? '');

interface GuardOptions {
  readonly mishaps: Mishaps;
  readonly log: Logger;
  /** Closes what is open. */
  readonly leave: () => Promise<void>;
  /** Milliseconds that it may take; LONGEST_END_MS. */
  readonly longestMs?: number;
}

/** Ends the process in an orderly manner, or by force when that takes too long. May be called again meanwhile. */
type End = (exitCode: number) => void;

/**
 * A payload that discord.js cannot take and a rejection that nobody waits for are logged and counted. After any other
 * uncaught exception nobody knows what still works: the process ends, with exit code 1.
 */
export function guardProcess({ mishaps, log, leave, longestMs = LONGEST_END_MS }: GuardOptions): End {
  let isEnding = false;
  const end: End = (exitCode) => {
    process.exitCode = Math.max(exitCode, Number(process.exitCode ?? 0));
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => {
      log.error({ ms: longestMs }, 'the orderly end took too long');
      process.exit(1);
    }, longestMs);
    // What discord.js or a driver leaves open does not keep the process.
    void leave()
      .catch((error: unknown) => {
        mishaps.note('rejection', error);
        process.exitCode = 1;
      })
      .finally(() => process.exit());
  };
  process.on('unhandledRejection', (reason) => mishaps.note(isOfDiscord(reason) ? 'gateway' : 'rejection', reason));
  process.on('uncaughtException', (error) => {
    if (isOfDiscord(error)) return mishaps.note('gateway', error);
    log.fatal({ error: describeError(error) }, 'an exception that nobody caught: the process ends');
    if (isEnding) process.exit(1);
    end(1);
  });
  return end;
}
