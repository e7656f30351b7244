import { answerReport } from '../../commands/report/answer.ts';
import { nonceOf } from '../../nonce.ts';
import type { Report } from '../../commands/records.ts';
import { withBlockedReport, withOpenReport } from '../../commands/report/rules.ts';
import { reportKey } from '../run-keys.ts';
import { UserError } from '../../errors.ts';
import type { Reply } from '../../reply.ts';
import { reportBlockedReply, reportFailedReply } from '../../commands/report/message.ts';
import { retryWhileBusy } from '../../async.ts';
import type { Job, JobContext, Task } from '../job.ts';

/** What servers have scheduled, each report a task of its own. */
export const reports: Job = {
  name: 'reports',
  async tasks(context) {
    const { app, messenger } = context;
    const { guilds } = app;
    // What a server has saved that the bot has left waits until it is back.
    const ids = (await guilds.ids()).filter((guildId) => messenger.isInGuild(guildId));
    const tasks = ids.map(async (guildId) =>
      (await guilds.get(guildId)).reports.map((report) => taskOf(guildId, report, context)),
    );
    return (await Promise.all(tasks)).flat();
  },
};

const taskOf = (guildId: string, { id, cron, timeZone, scheduledAt }: Report, context: JobContext): Task => ({
  key: reportKey(guildId, id),
  schedule: { cron, timeZone },
  since: Date.parse(scheduledAt),
  async run(due) {
    const report = (await context.app.guilds.get(guildId)).reports.find((one) => one.id === id);
    // Removed while it waited for its turn.
    if (report !== undefined) await post({ guildId, report, due }, context);
  },
});

interface Occasion {
  readonly guildId: string;
  readonly report: Report;
  readonly due: number;
}

/** @throws Error when Discord could not be reached: it is to be tried again, and has the same nonce then */
async function post(occasion: Occasion, context: JobContext): Promise<void> {
  const { guildId, report, due } = occasion;
  const { messenger } = context;
  const lacking = await messenger.missingPermissions(guildId, report.channelId);
  // What takes minutes is not computed for nobody.
  if (lacking !== undefined) return noteBlocked(occasion, context, lacking);
  const reply = await answer(occasion, context);
  const delivery = await messenger.postToChannel(report.channelId, reply, nonceOf('report', guildId, report.id, due));
  if (delivery === 'failed') throw new Error('the report could not be posted');
  if (delivery === 'refused') return noteBlocked(occasion, context);
  if (report.blockedSince === undefined) return;
  await context.app.guilds.update(guildId, (record) => withOpenReport(record, report.id));
}

async function answer({ guildId, report }: Occasion, { app, signal, pauseMs }: JobContext): Promise<Reply> {
  try {
    return await retryWhileBusy(() => answerReport(guildId, report, { app, signal }), { signal, pauseMs });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    app.log.warn({ err: error, guildId, report: report.id }, 'a report could not be made');
    return reportFailedReply(report, error.message);
  }
}

/** Whoever scheduled it is told once; what could not be told is told the next time. */
async function noteBlocked(occasion: Occasion, context: JobContext, lacking?: string): Promise<void> {
  const { guildId, report, due } = occasion;
  const { app, messenger } = context;
  app.log.warn({ guildId, report: report.id }, 'the bot may not post a report');
  if (report.blockedSince !== undefined) return;
  if (report.scheduledBy !== undefined) {
    const nonce = nonceOf('blocked', guildId, report.id, due);
    const delivery = await messenger.sendDirectMessage(report.scheduledBy, reportBlockedReply(report, lacking), nonce);
    if (delivery === 'failed') return;
  }
  const since = new Date(due).toISOString();
  await app.guilds.update(guildId, (record) => withBlockedReport(record, report.id, since));
}
