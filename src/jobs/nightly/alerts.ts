import { checkAlert, minimumRequest } from '../../commands/alert/rules.ts';
import { saveRequest } from '../../commands/allocate/buttons.ts';
import type { Alert } from '../../commands/alert/record.ts';
import { limitOf, withLimit } from '../../engine/mandate.ts';
import { canonicalJson } from '../../engine/canonical-json.ts';
import type { PriceProvenance } from '../../engine-service/answers.ts';
import type { AllocateRequest } from '../../engine-service/requests.ts';
import { alertReply, orphanReply } from '../../commands/alert/message.ts';
import { limitToTry, tryLabel } from '../../commands/limits.ts';
import { requestOf } from '../../commands/saved-query.ts';
import { isoInstant } from '../../job-runs.ts';
import { nonceOf } from '../../messenger.ts';
import type { ReplyButton } from '../../reply.ts';
import { retryWhileBusy } from '../../async.ts';
import type { RunContext } from '../job.ts';
import type { MembersAlert, UniverseInUse } from './universes-in-use.ts';

interface CurrentMinimum {
  /** The smallest limit that can be kept now, a fraction. */
  readonly minCvar: number;
  readonly prices: PriceProvenance;
}

/**
 * Compares every alert's limit with the smallest that can be kept now, and notifies the members for whom it has
 * changed. An alert is saved only after its member was notified, and the message has the same nonce in every attempt of
 * a run, so a crash between the two neither loses nor repeats it.
 * @returns how many could not be checked or delivered
 */
export async function checkAlerts({ alerts, spec }: UniverseInUse, run: RunContext): Promise<number> {
  const minima = new Map<string, Promise<CurrentMinimum>>();
  let failures = 0;
  for (const one of alerts) {
    const request = minimumRequest(one.alert, spec);
    // The minimum does not depend on the limit, so alerts that differ in nothing else share it.
    const key = canonicalJson([request.mandate, request.allow ?? []]);
    const minimum = minima.get(key) ?? currentMinimum(request, run);
    minima.set(key, minimum);
    try {
      if (!(await checkOne(one, spec, await minimum, run))) failures += 1;
    } catch (err) {
      run.signal.throwIfAborted();
      run.app.log.error({ err }, 'checking an alert failed');
      failures += 1;
    }
  }
  return failures;
}

/** Notifies members, once, that their alert's universe is gone. @returns how many notices could not be delivered */
export async function notifyOrphanedAlerts(orphaned: readonly MembersAlert[], run: RunContext): Promise<number> {
  let failures = 0;
  for (const { memberId, alert } of orphaned) {
    run.signal.throwIfAborted();
    if (alert.goneSince !== undefined) continue;
    const nonce = nonceOf('gone', memberId, alert.id, alert.createdAt, run.due);
    const delivery = await run.messenger.sendDirectMessage(memberId, orphanReply(alert, serverOf(alert, run)), nonce);
    if (delivery === 'failed') failures += 1;
    else await save(memberId, { ...alert, goneSince: isoInstant(run.due) }, run);
  }
  return failures;
}

async function currentMinimum(request: AllocateRequest, run: RunContext): Promise<CurrentMinimum> {
  const { app, signal } = run;
  const { allocation, prices } = await retryWhileBusy(() => app.engine.allocate(request, { signal }), run);
  return { minCvar: allocation.portfolio.leastLimit, prices };
}

/** @returns false when a notification could not be delivered */
async function checkOne(
  { memberId, alert: { id } }: MembersAlert,
  spec: UniverseInUse['spec'],
  { minCvar, prices }: CurrentMinimum,
  run: RunContext,
): Promise<boolean> {
  const saved = (await run.app.members.get(memberId)).alerts.find((one) => one.id === id);
  // Removed since the run began.
  if (saved === undefined) return true;
  const { goneSince: _, ...alert } = saved;
  const checked = checkAlert(alert, minCvar);
  const { fires } = checked;
  if (fires !== undefined) {
    const button = await buttonFor(fires, { memberId, alert, spec, minCvar }, run);
    const server = serverOf(alert, run);
    const now = run.app.clock.now();
    const reply = alertReply({ alert, fires, minCvar, prices, now, server, ...(button && { button }) });
    // A second attempt with newer prices may report the opposite.
    const nonce = nonceOf('alert', memberId, id, alert.createdAt, run.due, fires);
    const delivery = await run.messenger.sendDirectMessage(memberId, reply, nonce);
    if (delivery === 'failed') return false;
  }
  await save(memberId, checked.alert, run);
  return true;
}

const serverOf = ({ guildId }: Alert, { messenger }: RunContext): string | undefined =>
  guildId === undefined ? undefined : messenger.guildName(guildId);

/** Tries the member's own limit if it can be kept, and otherwise the smallest that can. */
async function buttonFor(
  fires: Alert['lastTold'],
  { memberId, alert, spec, minCvar }: MembersAlert & { spec: UniverseInUse['spec']; minCvar: number },
  { app }: RunContext,
): Promise<ReplyButton | undefined> {
  const limit = fires === 'feasible' ? limitOf(alert.mandate) : limitToTry(minCvar);
  if (limit === undefined) return undefined;
  const allocate = requestOf({ ...alert, mandate: withLimit(alert.mandate, limit) }, spec);
  const key = await saveRequest(app.requests, memberId, { allocate, isPublic: false });
  return { label: tryLabel(limit), style: 'primary', command: 'allocate', key };
}

/** Changes only this alert. One that the member has removed, or deleted with all their data, stays removed. */
const save = (memberId: string, alert: Alert, { app }: RunContext) =>
  app.members.amend(memberId, (old) => ({
    ...old,
    alerts: old.alerts.map((one) => (one.id === alert.id ? alert : one)),
  }));
