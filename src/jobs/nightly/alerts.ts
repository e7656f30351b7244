import { look } from '../../commands/alert/rules.ts';
import { keepRequest } from '../../commands/allocate/buttons.ts';
import type { Alert } from '../../commands/records.ts';
import type { AllocateCommandRequest } from '../../app.ts';
import { alertReply, orphanReply } from '../../commands/alert/message.ts';
import { limitToTry, tryLabel } from '../../commands/limits.ts';
import { requestOf } from '../../commands/saved-query.ts';
import { nonceOf } from '../../messenger.ts';
import type { ReplyButton } from '../../reply.ts';
import { patiently } from '../../waiting.ts';
import type { RunContext } from '../job.ts';
import type { MembersAlert, UniverseInUse } from './universes-in-use.ts';

interface CurrentMinimum {
  /** The smallest CVaR that can be reached now, a fraction. */
  readonly minCvar: number;
  /** ISO day of the newest price. */
  readonly pricesUntil: string;
}

/**
 * Compares every alert's limit with the smallest CVaR that can be reached now, and tells the members for whom that has
 * changed. An alert is saved only after its member was told, and the message has the same nonce in every attempt of a
 * run, so a crash between the two neither loses nor doubles it.
 * @returns how many could not be checked or delivered
 */
export async function checkAlerts({ alerts, spec }: UniverseInUse, run: RunContext): Promise<number> {
  const minima = new Map<string, Promise<CurrentMinimum>>();
  let failures = 0;
  for (const one of alerts) {
    const request = requestOfAlert(one.alert, spec);
    // The minimum does not depend on the limit, so alerts that differ in nothing else share it.
    const key = JSON.stringify({ ...one.alert.question, universe: '' });
    const minimum = minima.get(key) ?? currentMinimum(request, run);
    minima.set(key, minimum);
    try {
      if (!(await checkAlert(one, request, await minimum, run))) failures += 1;
    } catch (err) {
      run.signal.throwIfAborted();
      run.app.log.error({ err }, 'checking an alert failed');
      failures += 1;
    }
  }
  return failures;
}

/** Tells members, once, that their alert's universe is gone. @returns how many notices could not be delivered */
export async function notifyOrphanedAlerts(orphaned: readonly MembersAlert[], run: RunContext): Promise<number> {
  let failures = 0;
  for (const { memberId, alert } of orphaned) {
    run.signal.throwIfAborted();
    if (alert.goneSince !== undefined) continue;
    const nonce = nonceOf('gone', memberId, alert.id, alert.createdAt, run.due);
    const delivery = await run.messenger.tell(memberId, orphanReply(alert, serverOf(alert, run)), nonce);
    if (delivery === 'failed') failures += 1;
    else await save(memberId, { ...alert, goneSince: new Date(run.due).toISOString() }, run);
  }
  return failures;
}

async function currentMinimum({ allocate }: AllocateCommandRequest, run: RunContext): Promise<CurrentMinimum> {
  const { app, signal } = run;
  const { allocation, prices } = await patiently(() => app.engine.allocate(allocate, { signal }), run);
  return { minCvar: allocation.minimum.cvar, pricesUntil: prices.until };
}

/** @returns false when its member must be told and could not be */
async function checkAlert(
  { memberId, alert: { id } }: MembersAlert,
  request: AllocateCommandRequest,
  { minCvar, pricesUntil }: CurrentMinimum,
  run: RunContext,
): Promise<boolean> {
  const saved = (await run.app.members.get(memberId)).alerts.find((one) => one.id === id);
  // Removed since the run began.
  if (saved === undefined) return true;
  const { goneSince: _, ...alert } = saved;
  const looked = look(alert, minCvar);
  if (looked.rings !== undefined) {
    const button = await buttonFor(looked.rings, { memberId, request, minCvar }, run);
    const server = serverOf(alert, run);
    const reply = alertReply({ alert, rings: looked.rings, minCvar, pricesUntil, server, ...(button && { button }) });
    // A second attempt with newer prices may have the opposite to tell.
    const nonce = nonceOf('alert', memberId, id, alert.createdAt, run.due, looked.rings);
    const delivery = await run.messenger.tell(memberId, reply, nonce);
    if (delivery === 'failed') return false;
  }
  await save(memberId, looked.alert, run);
  return true;
}

const serverOf = ({ guildId }: Alert, { messenger }: RunContext): string | undefined =>
  guildId === undefined ? undefined : messenger.serverName(guildId);

/** Tries the member's own limit where it can be kept, and else the smallest that can. */
async function buttonFor(
  rings: Alert['told'],
  { memberId, request, minCvar }: { memberId: string; request: AllocateCommandRequest; minCvar: number },
  { app }: RunContext,
): Promise<ReplyButton | undefined> {
  const { allocate } = request;
  const lossLimit = rings === 'feasible' ? allocate.lossLimit : limitToTry(minCvar);
  if (lossLimit === undefined) return undefined;
  const key = await keepRequest(app.requests, memberId, { ...request, allocate: { ...allocate, lossLimit } });
  return { label: tryLabel(lossLimit), style: 'primary', command: 'allocate', key };
}

const requestOfAlert = ({ question, lossLimit }: Alert, universe: UniverseInUse['spec']): AllocateCommandRequest => ({
  allocate: { ...requestOf(question, universe), lossLimit },
  isPublic: false,
  show: 'best',
});

/** Changes this alert alone: one that the member has removed, or had deleted with all their data, stays removed. */
const save = (memberId: string, alert: Alert, { app }: RunContext) =>
  app.members.amend(memberId, (old) => ({
    ...old,
    alerts: old.alerts.map((one) => (one.id === alert.id ? alert : one)),
  }));
