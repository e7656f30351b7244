import { checkAlert, minimumRequest, type SmallestLimit, smallestLimitOf } from '../../commands/alert/rules.ts';
import { saveRequest } from '../../commands/allocate/buttons.ts';
import type { Alert } from '../../commands/alert/record.ts';
import { limitOf, withLimit } from '../../engine/mandate.ts';
import { canonicalJson } from '../../engine/canonical-json.ts';
import type { PriceProvenance } from '../../engine-service/answers.ts';
import type { AllocateRequest } from '../../engine-service/requests.ts';
import { alertReply } from '../../commands/alert/message.ts';
import { limitToTry, tryLabel } from '../../commands/limits.ts';
import { requestOf } from '../../commands/saved-query.ts';
import { isoInstant } from '../../job-runs.ts';
import { nonceOf, type Delivery } from '../../messenger.ts';
import type { ReplyButton } from '../../reply.ts';
import { retryWhileBusy } from '../../async.ts';
import type { RunContext } from '../job.ts';
import { watchHeld } from './held-alerts.ts';
import { saveAlert, savedAlert, serverOf } from './saved-alerts.ts';
import { noteUnchecked, tellCheckedAgain } from './unchecked.ts';
import type { MembersAlert, UniverseInUse } from './universes-in-use.ts';

interface CurrentMinimum {
  readonly smallest: SmallestLimit;
  readonly prices: PriceProvenance;
}

/**
 * Compares every alert's limit with the smallest that can be kept now, and notifies the members for whom it has
 * changed. What an alert has told is saved as soon as its member was notified, and the message has the same nonce in every attempt of
 * a run, so a crash between the two neither loses nor repeats it.
 * @param stale why there are no new prices: then an alert was not really checked, and its member learns it in time
 * @returns how many could not be checked or delivered
 */
export async function checkAlerts({ alerts, spec }: UniverseInUse, run: RunContext, stale?: string): Promise<number> {
  const minima = new Map<string, Promise<CurrentMinimum>>();
  let failures = 0;
  for (const one of alerts) {
    const request = minimumRequest(one.alert, spec);
    // The minimum does not depend on the limit, so alerts that differ in nothing else share it.
    const key = canonicalJson([request.mandate, request.allow ?? []]);
    const minimum = minima.get(key) ?? currentMinimum(request, run);
    minima.set(key, minimum);
    try {
      const isDelivered = await checkOne(one, { spec, now: await minimum, isStale: stale !== undefined }, run);
      const isTold = stale === undefined || (await noteUnchecked([one], stale, run)) === 0;
      if (!isDelivered || !isTold) failures += 1;
    } catch (err) {
      run.signal.throwIfAborted();
      run.app.log.error({ err }, 'checking an alert failed');
      failures += 1;
      await noteUnchecked([one], err, run);
    }
  }
  return failures;
}

async function currentMinimum(request: AllocateRequest, run: RunContext): Promise<CurrentMinimum> {
  const { app, signal } = run;
  const { allocation, prices } = await retryWhileBusy(() => app.engine.allocate(request, { signal }), run);
  return { smallest: smallestLimitOf(allocation), prices };
}

interface Check {
  readonly spec: UniverseInUse['spec'];
  readonly now: CurrentMinimum;
  readonly isStale: boolean;
}

/** @returns false when a notification could not be delivered */
async function checkOne({ memberId, alert: asRead }: MembersAlert, check: Check, run: RunContext): Promise<boolean> {
  const saved = await savedAlert(memberId, asRead, run);
  // Removed since the run began.
  if (saved === undefined) return true;
  const { goneSince, unchecked, ...alert } = saved;
  const { alert: checked, fires } = checkAlert(alert, check.now.smallest);
  // Until it is really checked, its member is owed the word that it works again.
  let known = { ...checked, ...(goneSince && { goneSince }), ...(unchecked && { unchecked }) };
  if (fires !== undefined) {
    if ((await tellFired(memberId, alert, { ...check, fires }, run)) === 'failed') return false;
    // Before anything that may fail: what was told is not told again.
    await saveAlert(memberId, known, run);
  }
  const held = await watchHeld(memberId, alert, check.spec, run);
  if (held === undefined) return false;
  known = { ...known, ...held };
  await saveAlert(memberId, known, run);
  if (check.isStale) return true;
  if (fires === undefined && (await tellCheckedAgain(memberId, saved, run)) === 'failed') return false;
  const { goneSince: _, unchecked: __, ...whole } = known;
  await saveAlert(memberId, { ...whole, lastCheckedAt: isoInstant(run.app.clock.now()) }, run);
  return true;
}

async function tellFired(
  memberId: string,
  alert: Alert,
  { spec, now: { smallest, prices }, fires }: Check & { readonly fires: Alert['lastTold'] },
  run: RunContext,
): Promise<Delivery> {
  const button = await buttonFor(fires, { memberId, alert, spec, minCvar: smallest.minCvar }, run);
  const server = serverOf(alert, run);
  const now = run.app.clock.now();
  const reply = alertReply({ alert, fires, smallest, prices, now, server, ...(button && { button }) });
  // A second attempt with newer prices may report the opposite.
  const nonce = nonceOf('alert', memberId, alert.id, alert.createdAt, run.due, fires);
  return run.messenger.sendDirectMessage(memberId, reply, nonce);
}

/**
 * Tries the member's own limit if it can be kept, and otherwise the smallest that can. The message does not wait for a
 * store that does not take it.
 */
async function buttonFor(
  fires: Alert['lastTold'],
  { memberId, alert, spec, minCvar }: MembersAlert & { spec: UniverseInUse['spec']; minCvar: number },
  { app }: RunContext,
): Promise<ReplyButton | undefined> {
  const limit = fires === 'feasible' ? limitOf(alert.mandate) : limitToTry(minCvar);
  if (limit === undefined) return undefined;
  const allocate = requestOf({ ...alert, mandate: withLimit(alert.mandate, limit) }, spec);
  try {
    const key = await saveRequest(app.requests, memberId, { allocate, isPublic: false });
    return { label: tryLabel(limit), style: 'primary', command: 'allocate', key };
  } catch (err) {
    app.log.error({ err }, 'the button of an alert could not be saved');
    return undefined;
  }
}
