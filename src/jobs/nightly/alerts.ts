import { look } from '../../commands/alert/rules.ts';
import { keepRequest } from '../../commands/allocate/buttons.ts';
import { nonceOf } from '../../nonce.ts';
import type { Alert } from '../../commands/records.ts';
import type { AllocateCommandRequest } from '../../app.ts';
import { alertReply, orphanReply } from '../../commands/alert/message.ts';
import { limitToTry, tryLabel } from '../../commands/limits.ts';
import { requestOf } from '../../commands/saved-query.ts';
import type { ReplyButton } from '../../reply.ts';
import { retryWhileBusy } from '../../async.ts';
import type { MembersAlert, UniverseInUse } from './universes-in-use.ts';
import type { Night } from './night.ts';

/** What is known of a question now. */
interface Now {
  readonly minCvar: number;
  readonly pricesUntil: string;
}

/**
 * Compares every alert with the smallest limit that would be answered now, and tells the members for whom
 * that has turned. What is told is saved only then, and its message has the night's nonce, so that a
 * crash between the two neither loses nor doubles it.
 * @returns how many could not be looked at or told
 */
export async function lookAtAlerts({ alerts, spec }: UniverseInUse, night: Night): Promise<number> {
  const answers = new Map<string, Promise<Now>>();
  let failures = 0;
  for (const one of alerts) {
    const request = commandOf(one.alert, spec);
    // The minimum does not depend on the limit, so one answer serves all who ask the same otherwise.
    const question = JSON.stringify({ ...one.alert.question, universe: '' });
    const answer = answers.get(question) ?? askNow(request, night);
    answers.set(question, answer);
    try {
      if (!(await lookAt(one, request, await answer, night))) failures += 1;
    } catch (err) {
      night.signal.throwIfAborted();
      night.app.log.error({ err }, 'an alert could not be looked at');
      failures += 1;
    }
  }
  return failures;
}

/** Tells those whose alert's universe is no more, once. @returns how many could not be told */
export async function tellOrphans(orphans: readonly MembersAlert[], night: Night): Promise<number> {
  let failures = 0;
  for (const { memberId, alert } of orphans) {
    night.signal.throwIfAborted();
    if (alert.goneSince !== undefined) continue;
    const nonce = nonceOf('gone', memberId, alert.id, alert.createdAt, night.due);
    const delivery = await night.messenger.sendDirectMessage(
      memberId,
      orphanReply(alert, serverOf(alert, night)),
      nonce,
    );
    if (delivery === 'failed') failures += 1;
    else await save(memberId, { ...alert, goneSince: new Date(night.due).toISOString() }, night);
  }
  return failures;
}

async function askNow({ allocate }: AllocateCommandRequest, night: Night): Promise<Now> {
  const { app, signal } = night;
  const { allocation, prices } = await retryWhileBusy(() => app.engine.allocate(allocate, { signal }), night);
  return { minCvar: allocation.minimum.cvar, pricesUntil: prices.until };
}

/** @returns false when its member must be told and could not be */
async function lookAt(
  { memberId, alert: { id } }: MembersAlert,
  request: AllocateCommandRequest,
  { minCvar, pricesUntil }: Now,
  night: Night,
): Promise<boolean> {
  const saved = (await night.app.members.get(memberId)).alerts.find((one) => one.id === id);
  // Removed since the night began.
  if (saved === undefined) return true;
  const { goneSince: _, ...alert } = saved;
  const looked = look(alert, minCvar);
  if (looked.rings !== undefined) {
    const button = await buttonFor(looked.rings, { memberId, request, minCvar }, night);
    const server = serverOf(alert, night);
    const reply = alertReply({ alert, rings: looked.rings, minCvar, pricesUntil, server, ...(button && { button }) });
    // A night that is tried again with newer prices may have the opposite to tell.
    const nonce = nonceOf('alert', memberId, id, alert.createdAt, night.due, looked.rings);
    const delivery = await night.messenger.sendDirectMessage(memberId, reply, nonce);
    if (delivery === 'failed') return false;
  }
  await save(memberId, looked.alert, night);
  return true;
}

const serverOf = ({ guildId }: Alert, { messenger }: Night): string | undefined =>
  guildId === undefined ? undefined : messenger.guildName(guildId);

/** Tries the member's own limit where it can be kept, and else the smallest that can. */
async function buttonFor(
  rings: Alert['told'],
  { memberId, request, minCvar }: { memberId: string; request: AllocateCommandRequest; minCvar: number },
  { app }: Night,
): Promise<ReplyButton | undefined> {
  const { allocate } = request;
  const lossLimit = rings === 'feasible' ? allocate.lossLimit : limitToTry(minCvar);
  if (lossLimit === undefined) return undefined;
  const key = await keepRequest(app.requests, memberId, { ...request, allocate: { ...allocate, lossLimit } });
  return { label: tryLabel(lossLimit), style: 'primary', command: 'allocate', key };
}

const commandOf = ({ question, lossLimit }: Alert, universe: UniverseInUse['spec']): AllocateCommandRequest => ({
  allocate: { ...requestOf(question, universe), lossLimit },
  isPublic: false,
  show: 'best',
});

/** Whatever else has become of the member's alerts stays as it is, also that they had all of them deleted. */
const save = (memberId: string, alert: Alert, { app }: Night) =>
  app.members.amend(memberId, (old) => ({
    ...old,
    alerts: old.alerts.map((one) => (one.id === alert.id ? alert : one)),
  }));
