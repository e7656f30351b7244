// Remembers members whose direct messages are closed. Their next reply says so once; then messages are tried again.
import type { RepliableInteraction } from 'discord.js';
import type { App } from '../app.ts';
import { describeError } from '../describe-error.ts';
import { unlessNewer } from '../newer.ts';
import { ephemeral, renderReply } from './render.ts';
import { closedDmsReply } from './standard-replies.ts';

/**
 * @param wasKnown whether anything was stored of the member before the message was sent. If they have deleted it since,
 *   it stays deleted.
 */
export async function rememberClosedDms(
  { members, clock }: Pick<App, 'members' | 'clock'>,
  memberId: string,
  { wasKnown }: { readonly wasKnown: boolean },
): Promise<void> {
  const since = new Date(clock.now()).toISOString();
  await members[wasKnown ? 'amend' : 'update'](memberId, (record) => ({ ...record, closed: { since, isTold: false } }));
}

export async function forgetClosedDms({ members }: Pick<App, 'members'>, memberId: string): Promise<void> {
  await members.amend(memberId, (record) => {
    const open = { ...record };
    delete open.closed;
    return open;
  });
}

/**
 * Adds a private follow-up to the reply, which says that a direct message did not reach the member, unless they have
 * been told before. Never rejects; if it fails, the next reply tries again.
 */
export async function notifyOfClosedDms(
  { members, log }: Pick<App, 'members' | 'log'>,
  interaction: RepliableInteraction,
): Promise<void> {
  const memberId = interaction.user.id;
  try {
    const closed = (await unlessNewer(members.get(memberId)))?.closed;
    if (closed === undefined || closed.isTold) return;
    await interaction.followUp(ephemeral(renderReply(closedDmsReply(closed.since))));
    await members.amend(memberId, (record) =>
      record.closed?.since === closed.since ? { ...record, closed: { ...closed, isTold: true } } : record,
    );
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the member could not be told that their direct messages are closed');
  }
}
