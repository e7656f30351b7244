import type { Report } from './record.ts';
import { discordTime, plural, shortPercent } from '../../format.ts';
import { describeSavedQuery } from '../saved-query.ts';
import type { Reply } from '../../reply.ts';

/** A report with what its schedule means. */
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

function asked(report: Report): string {
  const { limit } = report.mandate.risk;
  return [...(limit === undefined ? [] : [`limit ${shortPercent(limit)}`]), describeSavedQuery(report)].join(', ');
}

export const scheduledReportReply = ({ report, when, next }: ScheduledReport): Reply => ({
  tone: 'answer',
  title: `Report ${report.id} is scheduled`,
  body:
    `A report (${report.what}) goes to <#${report.channelId}>, for everyone who can read it, ${when} ${report.timeZone}. ` +
    'The next ones, in your own time:\n' +
    next.map((time) => `- ${discordTime(time, 'F')}`).join('\n'),
  fields: [{ name: 'Asked', value: asked(report) }],
  footer: 'Somebody who manages this server can remove it: /report remove.',
});

export function reportListReply(planned: readonly ScheduledReport[]): Reply {
  if (planned.length === 0) {
    return {
      tone: 'info',
      title: 'This server has no reports',
      body: '`/report schedule` posts a backtest, an allocation or a frontier again and again.',
    };
  }
  const isBlocked = planned.some(({ report }) => report.blockedSince !== undefined);
  return {
    tone: isBlocked ? 'warning' : 'info',
    title: `This server has ${plural(planned.length, 'report')}`,
    fields: planned.map((one) => ({ name: describeReport(one), value: listed(one) })),
  };
}

function listed({ report, next: [next] }: ScheduledReport): string {
  const { channelId, blockedSince } = report;
  return [
    `<#${channelId}> · ${asked(report)}`,
    ...(blockedSince === undefined
      ? []
      : [`⚠ Since ${discordTime(Date.parse(blockedSince), 'f')} I may not post there: see the channel's permissions.`]),
    next === undefined ? 'never again' : `next ${discordTime(next, 'R')}`,
  ].join('\n');
}

export const removedReportReply = (planned: Omit<ScheduledReport, 'next'>): Reply => ({
  tone: 'info',
  title: `Report ${planned.report.id} is removed`,
  body: `It was ${describeReport(planned)}, in <#${planned.report.channelId}>.`,
});

export const postedReportReply = ({ id, channelId }: Report): Reply => ({
  tone: 'answer',
  title: `Report ${id} is posted`,
  body: `It is in <#${channelId}>. What is scheduled stays as it is.`,
});
