import { plural, shorten } from '../../format.ts';
import type { Reply } from '../../reply.ts';
import { utcMinute } from '../operators.ts';

export interface NightlyFailure {
  /** A universe's name, or another part of the run. */
  readonly subject: string;
  /** Sentences: no holdings, no limits. */
  readonly message: string;
}

/** An embed's description holds 4,096 characters. */
const MAX_LINES = 15;
const MAX_MESSAGE_LENGTH = 240;

/**
 * @param due milliseconds since 1970
 * @param universeCount universes in use, refreshed or not
 */
export function nightlyFailureReply(due: number, universeCount: number, failures: readonly NightlyFailure[]): Reply {
  const lines = failures
    .slice(0, MAX_LINES)
    .map(({ subject, message }) => `**${subject}**: ${shorten(message, MAX_MESSAGE_LENGTH)}`);
  const more = failures.length - lines.length;
  return {
    tone: 'warning',
    title: 'The nightly run has failures',
    body: [...lines, ...(more > 0 ? [`… and ${more} more: see the log.`] : [])].join('\n'),
    footer: `Due at ${utcMinute(due)}, ${plural(universeCount, 'universe')} in use. What is not listed here succeeded.`,
  };
}
