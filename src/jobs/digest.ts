import type { App } from '../app.ts';
import { plural, shorten } from '../format.ts';
import type { Incident } from '../incidents.ts';
import { escaped, escapedName } from '../names.ts';
import { nonceOf, type Messenger } from '../messenger.ts';
import type { Reply } from '../reply.ts';

/** An embed's description holds 4,096 characters. */
const MAX_LINES = 15;
const MAX_SENTENCE_LENGTH = 240;

interface DigestContext {
  readonly app: Pick<App, 'config' | 'incidents' | 'log'>;
  readonly messenger: Pick<Messenger, 'postToChannel'>;
}

/**
 * Posts what operators should know, if there is anything, to their channel: the only message that they get of a night.
 * What cannot be posted is in the next night's.
 * @param due milliseconds since 1970: of the nightly run
 */
export async function postDigest({ app, messenger }: DigestContext, due: number): Promise<void> {
  const incidents = await app.incidents.digestOf(due);
  if (incidents.length === 0) return;
  app.log.warn({ incidents }, "the night's digest");
  const { operatorsChannelId } = app.config;
  if (operatorsChannelId !== undefined) {
    const reply = digestReply(due, incidents);
    const delivery = await messenger.postToChannel(operatorsChannelId, reply, nonceOf('digest', due));
    if (delivery !== 'sent') return app.log.error({ delivery }, 'the digest could not be posted');
  }
  await app.incidents.forget(due);
}

/** @param due milliseconds since 1970 */
export function digestReply(due: number, incidents: readonly Incident[]): Reply {
  const lines = incidents
    .slice(0, MAX_LINES)
    .map(
      ({ subject, sentence, times }) =>
        `**${escapedName(subject)}**: ${escaped(shorten(sentence, MAX_SENTENCE_LENGTH))}${times > 1 ? ` (${times} times)` : ''}`,
    );
  const more = incidents.length - lines.length;
  return {
    tone: 'warning',
    title: `The night's digest: ${plural(incidents.length, 'thing')} to look at`,
    body: [...lines, ...(more > 0 ? [`… and ${more} more: see the log.`] : [])].join('\n'),
    footer: `Nightly run due at ${utcMinute(due)}, and all since the digest before. What is not listed here succeeded.`,
  };
}

/** `2026-11-20 23:30 UTC`, for footers, where Discord does not show times in each reader's own zone. */
export const utcMinute = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
