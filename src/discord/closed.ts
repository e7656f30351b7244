// Members who take no direct messages: remembered, told once on their next question, then tried again.
import type { App } from '../app.ts';
import type { Asking } from './answer.ts';
import { closedNotice } from './notices.ts';
import { inPrivate, renderReply } from './render.ts';

type Parts = Pick<App, 'members' | 'clock'>;

/** @param wasKnown whether anything was stored of the member when the message was begun: if so, and they have had it deleted since, it stays deleted */
export async function rememberClosed(
  { members, clock }: Parts,
  memberId: string,
  { wasKnown }: { readonly wasKnown: boolean },
): Promise<void> {
  const since = new Date(clock.now()).toISOString();
  await members[wasKnown ? 'amend' : 'update'](memberId, (record) => ({ ...record, closed: { since, isTold: false } }));
}

export async function forgetClosed({ members }: Pick<Parts, 'members'>, memberId: string): Promise<void> {
  await members.amend(memberId, (record) => {
    const open = { ...record };
    delete open.closed;
    return open;
  });
}

/**
 * Says below the answer, to the member alone, that a direct message did not reach them, if that is not said yet.
 * @throws DiscordAPIError when it could not be said; it is then said below the next answer
 */
export async function tellOfClosed({ members }: Pick<Parts, 'members'>, interaction: Asking): Promise<void> {
  const memberId = interaction.user.id;
  const { closed } = await members.get(memberId);
  if (closed === undefined || closed.isTold) return;
  await interaction.followUp(inPrivate(renderReply(closedNotice(closed.since))));
  await members.amend(memberId, (record) =>
    record.closed?.since === closed.since ? { ...record, closed: { ...closed, isTold: true } } : record,
  );
}
