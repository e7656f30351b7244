import { savedAskedLine } from '../saved-query.ts';
import { escaped } from '../../names.ts';
import type { Report } from './record.ts';
import type { Reply } from '../../reply.ts';

/** Posted in place of the report. @param sentence a UserError's message: what is wrong, and how to fix it */
export const reportFailedReply = (report: Report, sentence: string): Reply => ({
  tone: 'error',
  title: `No ${report.what} report of ${report.universe} this time`,
  body: `${escaped(sentence)}\n${savedAskedLine(report)}`,
  footer: `Report ${report.id} runs again when it is next due; /report remove deletes it.`,
});

/** For the member who scheduled it. @param lacking the permissions that the bot lacks, in words; undefined when not known */
export const reportBlockedReply = (report: Report, lacking?: string): Reply => ({
  tone: 'warning',
  title: 'A scheduled report can no longer be posted',
  body:
    `The ${report.what} report of **${report.universe}** (report ${report.id}) was due in <#${report.channelId}>, but I may not post there` +
    `${lacking === undefined ? '' : `: I lack ${lacking}`}. I will try again each time it is due, and will not message you again ` +
    `until a post has succeeded. /report remove deletes it.\n${savedAskedLine(report)}`,
});
