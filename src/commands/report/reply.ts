import type { Report } from './record.ts';
import { discordTime, plural } from '../../format.ts';
import { describeQuestion } from '../question.ts';
import { describeSavedQuery } from '../saved-query.ts';
import type { Reply } from '../../reply.ts';

/** A report with its schedule in words and its next posts. */
export interface ScheduledReport {
  readonly report: Report;
  /** As people write it: "weekdays 18:30". */
  readonly when: string;
  /** Milliseconds since 1970, ascending. */
  readonly next: readonly number[];
}

/** `3: allocation of us12, weekdays 18:30 Europe/Berlin` */
export const describeReport = ({ report, when }: Omit<ScheduledReport, 'next'>): string =>
  `${report.id}: ${report.what} of ${report.universe}, ${when} ${report.timeZone}`;

export const scheduledReportReply = ({ report, when, next }: ScheduledReport): Reply => ({
  tone: 'answer',
  title: `Report ${report.id} is scheduled`,
  body:
    `The ${report.what} report is posted in <#${report.channelId}>, for everyone who can read it, ${when} ${report.timeZone}. ` +
    'The next posts, in your time zone:\n' +
    next.map((time) => `- ${discordTime(time, 'F')}`).join('\n'),
  // Just read, so the settings are those of now.
  fields: [{ name: 'Details', value: describeQuestion(report, report.universe) }],
  footer: 'Members who manage this server can remove it: /report remove.',
});

export function reportListReply(reports: readonly ScheduledReport[]): Reply {
  if (reports.length === 0) {
    return {
      tone: 'info',
      title: 'This server has no reports',
      body: '`/report schedule` posts a backtest, an allocation or a frontier on a schedule.',
    };
  }
  const isBlocked = reports.some(({ report }) => report.blockedSince !== undefined);
  return {
    tone: isBlocked ? 'warning' : 'info',
    title: `This server has ${plural(reports.length, 'report')}`,
    fields: reports.map((one) => ({ name: describeReport(one), value: reportState(one) })),
  };
}

function reportState({ report, next: [next] }: ScheduledReport): string {
  const { channelId, blockedSince } = report;
  return [
    `<#${channelId}> · ${describeSavedQuery(report)}`,
    ...(blockedSince === undefined
      ? []
      : [
          `⚠ I have not been allowed to post there since ${discordTime(Date.parse(blockedSince), 'f')}: check the channel's permissions.`,
        ]),
    next === undefined ? 'no more posts' : `next ${discordTime(next, 'R')}`,
  ].join('\n');
}

export const removedReportReply = (removed: Omit<ScheduledReport, 'next'>): Reply => ({
  tone: 'info',
  title: `Report ${removed.report.id} is removed`,
  body: `It was ${describeReport(removed)}, in <#${removed.report.channelId}>.`,
});

export const postedReportReply = ({ id, channelId }: Report): Reply => ({
  tone: 'answer',
  title: `Report ${id} is posted`,
  body: `It is in <#${channelId}>. The schedule is unchanged.`,
});
