// Whether what a member holds still keeps the limit of an alert.
import { alertFooter, serverFields } from '../../commands/alert/message.ts';
import { heldState } from '../../commands/alert/rules.ts';
import type { Alert } from '../../commands/alert/record.ts';
import { allocationReply } from '../../commands/allocate/reply.ts';
import { heldQuestion } from '../../commands/holdings/report.ts';
import { requestOf } from '../../commands/saved-query.ts';
import { limitOf } from '../../engine/mandate.ts';
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { UserError } from '../../errors.ts';
import { retryWhileBusy } from '../../async.ts';
import { plural, shortPercent } from '../../format.ts';
import { nonceOf } from '../../messenger.ts';
import type { Reply } from '../../reply.ts';
import type { RunContext } from '../job.ts';
import { serverOf } from './saved-alerts.ts';
import type { UniverseInUse } from './universes-in-use.ts';

/**
 * Notifies the member once when what they have saved as held has come to be above the limit, with the trades that mend it.
 * @returns what is to be saved of it; undefined when the message could not be delivered
 * @throws UserError when what is held cannot be valued now
 */
export async function watchHeld(
  memberId: string,
  alert: Alert,
  spec: UniverseInUse['spec'],
  run: RunContext,
): Promise<Pick<Alert, 'heldTold'> | undefined> {
  if (alert.heldTold === undefined) return {};
  const { app, messenger, due, signal } = run;
  const saved = await app.savedHoldings.get(memberId);
  // Forgotten since.
  if (saved === undefined) return { heldTold: 'kept' };
  const { held } = saved;
  const question = heldQuestion({ ...alert, universe: spec }, held);
  const looked = await retryWhileBusy(() => app.engine.risk(question, { signal }), run).catch(unlessNoneCounts);
  if (looked === undefined) return { heldTold: 'kept' };
  const heldTold = heldState(alert, looked.look.cvar);
  if (heldTold === 'kept' || alert.heldTold === 'broken') return { heldTold };
  const request = { ...requestOf(alert, spec), held };
  const answer = await retryWhileBusy(() => app.engine.allocate(request, { signal }), run);
  const reply = heldAlertReply(alert, answer, { now: app.clock.now(), server: serverOf(alert, run) });
  const nonce = nonceOf('held', memberId, alert.id, alert.createdAt, due);
  return (await messenger.sendDirectMessage(memberId, reply, nonce)) === 'failed' ? undefined : { heldTold };
}

/** Where nothing that is held is among the assets, nothing is above the limit. */
function unlessNoneCounts(error: unknown): undefined {
  if (!(error instanceof UserError) || error.code !== 'holdings.none-counts') throw error;
}

function heldAlertReply(
  alert: Alert,
  answer: AllocateAnswer,
  { now, server }: { readonly now: number; readonly server: string | undefined },
): Reply {
  const { mandate, universe } = alert;
  const limit = shortPercent(limitOf(mandate));
  const reply = allocationReply({ answer, now });
  // The figures of what is held come after those of the split.
  const { body = '' } = reply;
  const isKept = answer.allocation.status !== 'infeasible';
  const about = 'Below is a split that keeps your limit, with the trades to it from what you hold. For that split: ';
  return {
    ...reply,
    tone: 'warning',
    ...(isKept && { body: `${about}${body.charAt(0).toLowerCase()}${body.slice(1)}` }),
    title: `What you hold is above your limit of ${limit} · ${plural(mandate.horizonDays, 'trading day')} · ${universe}`,
    fields: [...(reply.fields ?? []), ...serverFields(alert, server)],
    footer: alertFooter(alert),
  };
}
