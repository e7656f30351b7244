// Whether what a member holds still keeps the limit of an alert.
import { heldState } from '../../commands/alert/rules.ts';
import type { Alert } from '../../commands/alert/record.ts';
import { allocationReply } from '../../commands/allocate/reply.ts';
import { requestOf } from '../../commands/saved-query.ts';
import { limitOf } from '../../engine/mandate.ts';
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { UserError } from '../../errors.ts';
import { retryWhileBusy } from '../../async.ts';
import { plural, shortPercent } from '../../format.ts';
import { nonceOf } from '../../messenger.ts';
import type { Reply } from '../../reply.ts';
import type { RunContext } from '../job.ts';
import type { UniverseInUse } from './universes-in-use.ts';

/**
 * Notifies the member once when what they have saved as held has come to be above the limit, with the trades that mend it.
 * @returns what is to be saved of it; undefined when the message could not be delivered
 */
export async function checkHeld(
  memberId: string,
  alert: Alert,
  spec: UniverseInUse['spec'],
  run: RunContext,
): Promise<Pick<Alert, 'heldTold'> | undefined> {
  if (alert.heldTold === undefined) return {};
  const { app, messenger, due } = run;
  const answer = await answerFor(memberId, alert, spec, run);
  // Forgotten since, or none of it counts among these assets.
  if (answer?.trades === undefined) return { heldTold: 'kept' };
  const heldTold = heldState(alert, answer.trades.before.portfolio.cvar);
  if (heldTold === 'broken' && alert.heldTold === 'kept') {
    const nonce = nonceOf('held', memberId, alert.id, alert.createdAt, due);
    const reply = heldAlertReply(alert, answer, app.clock.now());
    if ((await messenger.sendDirectMessage(memberId, reply, nonce)) === 'failed') return undefined;
  }
  return { heldTold };
}

async function answerFor(
  memberId: string,
  alert: Alert,
  spec: UniverseInUse['spec'],
  run: RunContext,
): Promise<AllocateAnswer | undefined> {
  const { app, signal } = run;
  const saved = await app.savedHoldings.get(memberId);
  if (saved === undefined) return undefined;
  const request = { ...requestOf(alert, spec), held: saved.held };
  return retryWhileBusy(() => app.engine.allocate(request, { signal }), run).catch((error: unknown) => {
    if (error instanceof UserError && error.option === 'holdings') return undefined;
    throw error;
  });
}

function heldAlertReply(alert: Alert, answer: AllocateAnswer, now: number): Reply {
  const { mandate, universe } = alert;
  const limit = shortPercent(limitOf(mandate));
  return {
    ...allocationReply({ answer, now }),
    tone: 'warning',
    title: `What you hold is above your limit of ${limit} · ${plural(mandate.horizonDays, 'trading day')} · ${universe}`,
    footer: `Not investment advice. This is alert ${alert.id}; /alert remove deletes it.`,
  };
}
