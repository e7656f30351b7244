// Members who take no direct messages: remembered, told so once below their next reply, then tried again.
import type { RepliableInteraction } from 'discord.js';
import type { App } from '../app.ts';
import { describeError } from './discord-errors.ts';
import { ephemeral, renderReply } from './render.ts';
import { closedDmsReply } from './standard-replies.ts';

/**
 * @param wasKnown whether anything was stored of the member when the message was begun: if so, and they have had it
 *   deleted since, it stays deleted
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
 * Tells the member alone, below the reply, that a direct message did not reach them, if they have not been told; never
 * rejects. When they cannot be told now, they are told below the next reply.
 */
export async function notifyOfClosedDms(
  { members, log }: Pick<App, 'members' | 'log'>,
  interaction: RepliableInteraction,
): Promise<void> {
  const memberId = interaction.user.id;
  try {
    const { closed } = await members.get(memberId);
    if (closed === undefined || closed.isTold) return;
    await interaction.followUp(ephemeral(renderReply(closedDmsReply(closed.since))));
    await members.amend(memberId, (record) =>
      record.closed?.since === closed.since ? { ...record, closed: { ...closed, isTold: true } } : record,
    );
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the member could not be told that their direct messages are closed');
  }
}
