// Reports on what members hold, which go to them alone.
import { retryWhileBusy } from '../../async.ts';
import { wordError } from '../../commands/error-words.ts';
import type { HeldFigures, HeldReport } from '../../commands/holdings/record.ts';
import { figuresOf, heldReportFailedReply, heldReportReply, lookAtHeld } from '../../commands/holdings/report.ts';
import { idsWithReport, type SavedHoldings } from '../../commands/saved-holdings.ts';
import { isStoreFailure, UserError } from '../../errors.ts';
import { heldReportKey } from '../../job-runs.ts';
import { nonceOf } from '../../messenger.ts';
import { unlessNewer } from '../../newer.ts';
import type { Reply } from '../../reply.ts';
import type { JobContext, RecurringTask } from '../job.ts';

/** One task for each member with a report. */
export async function heldReportTasks(context: JobContext): Promise<RecurringTask[]> {
  const { savedHoldings } = context.app;
  const tasks = (await idsWithReport(savedHoldings)).map(async (memberId) => {
    // What a newer version has saved is skipped.
    const saved = await unlessNewer(savedHoldings.get(memberId));
    return saved?.report === undefined ? [] : [taskOf(memberId, saved.report, context)];
  });
  return (await Promise.all(tasks)).flat();
}

function taskOf(memberId: string, report: HeldReport, context: JobContext): RecurringTask {
  const { cron, timeZone, scheduledAt } = report;
  const key = heldReportKey(memberId, scheduledAt);
  return {
    key,
    schedule: { cron, timeZone },
    since: Date.parse(scheduledAt),
    turn: key,
    async run(due) {
      const saved = await context.app.savedHoldings.get(memberId);
      // Ended, scheduled anew or forgotten while the task was queued.
      if (saved?.report?.scheduledAt === scheduledAt)
        await send({ memberId, saved, report: saved.report, due }, context);
    },
  };
}

interface DueHeldReport {
  readonly memberId: string;
  readonly saved: SavedHoldings;
  readonly report: HeldReport;
  /** Milliseconds since 1970. */
  readonly due: number;
}

/**
 * The figures are saved once they were told, and the message has the same nonce in every attempt: a crash between the two
 * neither loses nor repeats it.
 * @throws Error when Discord could not be reached
 */
async function send(dueReport: DueHeldReport, context: JobContext): Promise<void> {
  const { memberId, report, due } = dueReport;
  const { reply, figures } = await answer(dueReport, context);
  const nonce = nonceOf('holdings', memberId, report.scheduledAt, due);
  const delivery = await context.messenger.sendDirectMessage(memberId, reply, nonce);
  if (delivery === 'failed') throw new Error('the report could not be sent');
  // The next one tells what changed since the last that arrived.
  if (delivery === 'sent' && figures !== undefined) await saveFigures(dueReport, figures, context);
}

async function answer(
  { saved: { held }, report }: DueHeldReport,
  { app, signal, pauseMs }: JobContext,
): Promise<{ readonly reply: Reply; readonly figures?: HeldFigures }> {
  try {
    const ask = () => lookAtHeld(app.engine, report, held, { signal });
    const found = await retryWhileBusy(ask, { signal, pauseMs });
    const figures = figuresOf(found.answer, held);
    const { mandate, last } = report;
    const reply = heldReportReply({ ...found, mandate, now: figures, last, at: app.clock.now() });
    return { reply, figures };
  } catch (error) {
    if (!(error instanceof UserError) || isStoreFailure(error)) throw error;
    app.log.warn({ code: error.code }, 'a report on holdings could not be computed');
    return { reply: heldReportFailedReply(wordError(error, 'discord').message) };
  }
}

/** Not in a report that was ended, or deleted with all that is stored of its member. */
async function saveFigures(
  { memberId, report: { scheduledAt } }: DueHeldReport,
  last: HeldFigures,
  { app }: JobContext,
): Promise<void> {
  await app.savedHoldings.update(memberId, (old) =>
    old?.report?.scheduledAt === scheduledAt ? { ...old, report: { ...old.report, last } } : old,
  );
}
