// Alerts that could not be checked: after some trading days their members learn why.
import { believed } from '../../believed.ts';
import { checkedAgainReply, orphanReply, uncheckedReply } from '../../commands/alert/message.ts';
import type { Alert } from '../../commands/alert/record.ts';
import { wordError } from '../../commands/error-words.ts';
import { UserError } from '../../errors.ts';
import { isoInstant } from '../../job-runs.ts';
import { nonceOf, type Delivery } from '../../messenger.ts';
import { isoDay, isWeekend, nextDay } from '../../prices/calendar.ts';
import type { RunContext } from '../job.ts';
import { saveAlert, savedAlert, serverOf } from './saved-alerts.ts';
import type { MembersAlert } from './universes-in-use.ts';

/** Trading days without a check after which a member is told. */
const PATIENCE_DAYS = 2;

/**
 * Notes that alerts could not be checked tonight, once the run's last attempt has failed, and tells the members, once,
 * for whom that has been so for two trading days.
 * @param reason the error, or a sentence
 * @returns how many messages could not be delivered
 */
export async function noteUnchecked(
  alerts: readonly MembersAlert[],
  reason: unknown,
  run: RunContext,
): Promise<number> {
  if (!run.isLastAttempt) return 0;
  const sentence = sentenceOf(reason);
  let undelivered = 0;
  for (const { memberId, alert } of alerts) {
    run.signal.throwIfAborted();
    const saved = await savedAlert(memberId, alert, run);
    if (saved === undefined) continue;
    const unchecked = await tellUnchecked(memberId, saved, { sentence, run });
    if (unchecked === undefined) undelivered += 1;
    await saveAlert(memberId, { ...saved, unchecked: unchecked ?? { since: sinceOf(saved, run), isTold: false } }, run);
  }
  return undelivered;
}

/** @returns what to save; undefined when the message could not be delivered */
async function tellUnchecked(
  memberId: string,
  alert: Alert,
  { sentence, run }: { readonly sentence: string; readonly run: RunContext },
): Promise<Alert['unchecked']> {
  const since = sinceOf(alert, run);
  if (alert.unchecked?.isTold === true) return { since, isTold: true };
  if (tradingDays(since, run.due) < PATIENCE_DAYS) return { since, isTold: false };
  const nonce = nonceOf('unchecked', memberId, alert.id, alert.createdAt, since);
  const reply = uncheckedReply({ alert, since, sentence, server: serverOf(alert, run) });
  const delivery = await run.messenger.sendDirectMessage(memberId, reply, nonce);
  return delivery === 'failed' ? undefined : { since, isTold: true };
}

const sinceOf = ({ unchecked }: Alert, { due }: RunContext): string =>
  isoInstant(believed(unchecked?.since, due) ?? due);

/** The weekdays from one instant to another, both included. */
function tradingDays(since: string, until: number): number {
  let days = 0;
  for (let day = since.slice(0, 10); day <= isoDay(until); day = nextDay(day)) if (!isWeekend(day)) days += 1;
  return days;
}

/** Tells a member that an alert, of which they know that it could not be checked, works again. */
export async function tellCheckedAgain(memberId: string, alert: Alert, run: RunContext): Promise<Delivery> {
  const since = alert.goneSince ?? (alert.unchecked?.isTold === true ? alert.unchecked.since : undefined);
  if (since === undefined) return 'sent';
  const nonce = nonceOf('checked again', memberId, alert.id, alert.createdAt, since);
  return run.messenger.sendDirectMessage(memberId, checkedAgainReply(alert, serverOf(alert, run)), nonce);
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
    else await saveAlert(memberId, { ...alert, goneSince: isoInstant(run.due) }, run);
  }
  return failures;
}

/** What its member reads: what they can correct as it is, of a fault only that it was one. */
function sentenceOf(reason: unknown): string {
  if (typeof reason === 'string') return reason;
  if (reason instanceof UserError) return wordError(reason, 'discord').message;
  return 'It is an error of mine, which those who run me are told.';
}
