import { unlessNewer } from '../../newer.ts';
import { wordError } from '../../commands/error-words.ts';
import { answerReport } from '../../commands/report/answer.ts';
import { reportBlockedReply, reportFailedReply, type Lack } from '../../commands/report/message.ts';
import type { Report } from '../../commands/report/record.ts';
import { withBlockedReport, withOpenReport } from '../../commands/report/rules.ts';
import { isStoreFailure, UserError } from '../../errors.ts';
import { isoInstant, reportKey } from '../../job-runs.ts';
import { nonceOf } from '../../messenger.ts';
import type { Reply } from '../../reply.ts';
import { retryWhileBusy } from '../../async.ts';
import type { Job, JobContext, RecurringTask } from '../job.ts';
import { heldReportTasks } from './held-reports.ts';
import { type DueReport, isReady } from './readiness.ts';

/** So many servers' reports are made at once. */
const AT_ONCE = 3;

/** The reports that servers and members have scheduled, one task each. Those of one server are made one after another. */
export const reports: Job = {
  name: 'reports',
  atOnce: AT_ONCE,
  async tasks(context) {
    const { app, messenger } = context;
    const { guilds } = app;
    // Reports of a server that the bot has left are paused until it returns.
    const ids = (await guilds.ids()).filter((guildId) => messenger.isInGuild(guildId));
    const tasks = ids.map(async (guildId) => {
      // What a newer version has saved is skipped; the nightly job says so in the log.
      const record = await unlessNewer(guilds.get(guildId));
      return (record?.reports ?? []).map((report) => taskOf(guildId, report, context));
    });
    return [...(await Promise.all(tasks)).flat(), ...(await heldReportTasks(context))];
  },
};

const taskOf = (guildId: string, scheduled: Report, context: JobContext): RecurringTask => ({
  key: reportKey(guildId, scheduled.id),
  schedule: { cron: scheduled.cron, timeZone: scheduled.timeZone },
  since: Date.parse(scheduled.scheduledAt),
  turn: guildId,
  isReady: (due) => isReady({ guildId, report: scheduled, due }, context.app),
  async run(due) {
    const report = (await context.app.guilds.get(guildId)).reports.find((one) => one.id === scheduled.id);
    // Removed while the task was queued.
    if (report !== undefined) await post({ guildId, report, due }, context);
  },
});

/** @throws Error when Discord could not be reached: the next attempt uses the same nonce */
async function post(dueReport: DueReport, context: JobContext): Promise<void> {
  const { guildId, report, due } = dueReport;
  const { messenger } = context;
  // Before computing it, which can take minutes.
  const lack = await lackOf(dueReport, context);
  if (lack !== undefined) return markBlocked(dueReport, context, lack);
  const reply = await answer(dueReport, context);
  const delivery = await messenger.postToChannel(report.channelId, reply, nonceOf('report', guildId, report.id, due));
  if (delivery === 'failed') throw new Error('the report could not be posted');
  if (delivery === 'refused') return markBlocked(dueReport, context, { who: 'bot', permissions: undefined });
  if (report.blockedSince === undefined) return;
  await context.app.guilds.update(guildId, (record) => withOpenReport(record, report.id));
}

/** The bot speaks for the member who scheduled the report, so they must be able to write there, too. */
async function lackOf({ guildId, report }: DueReport, { messenger }: JobContext): Promise<Lack | undefined> {
  const { channelId, scheduledBy } = report;
  const own = await messenger.missingPermissions(guildId, channelId);
  if (own !== undefined) return { who: 'bot', permissions: own };
  // Reports of early versions, and of members who had their data deleted, are nobody's.
  if (scheduledBy === undefined) return undefined;
  const permissions = await messenger.missingPermissions(guildId, channelId, scheduledBy);
  return permissions === undefined ? undefined : { who: 'member', permissions };
}

async function answer({ guildId, report }: DueReport, { app, signal, pauseMs }: JobContext): Promise<Reply> {
  try {
    return await retryWhileBusy(() => answerReport(guildId, report, { app, signal }), { signal, pauseMs });
  } catch (error) {
    if (!(error instanceof UserError) || isStoreFailure(error)) throw error;
    app.log.warn({ err: error, guildId, report: report.id }, 'a report could not be computed');
    return reportFailedReply(report, wordError(error, 'discord').message);
  }
}

/** Notifies the member who scheduled the report, once; if that fails, again when it is next due. */
async function markBlocked(dueReport: DueReport, context: JobContext, lack: Lack): Promise<void> {
  const { guildId, report, due } = dueReport;
  const { app, messenger } = context;
  app.log.warn({ guildId, report: report.id }, 'a report may not be posted');
  if (report.blockedSince !== undefined) return;
  if (report.scheduledBy !== undefined) {
    const nonce = nonceOf('blocked', guildId, report.id, due);
    const delivery = await messenger.sendDirectMessage(report.scheduledBy, reportBlockedReply(report, lack), nonce);
    if (delivery === 'failed') return;
  }
  await app.incidents.add(
    reportKey(guildId, report.id),
    `The report may not be posted${reasonOf(lack)}, and is paused until it may.`,
  );
  const since = isoInstant(due);
  await app.guilds.update(guildId, (record) => withBlockedReport(record, report.id, since));
}

function reasonOf({ who, permissions }: Lack): string {
  if (who === 'member') return ', since the member who scheduled it may no longer write there';
  return permissions === undefined ? '' : ` for lack of ${permissions}`;
}
