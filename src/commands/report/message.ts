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

/** Who may not post, and the permissions that they lack, in words; undefined when not known. */
export interface Lack {
  readonly who: 'bot' | 'member';
  readonly permissions: string | undefined;
}

const LACKS = {
  bot: (permissions = '') => `I may not post there${permissions && `: I lack ${permissions}`}`,
  member: (permissions = '') => `you may not write there yourself${permissions && `, without ${permissions}`}`,
};

/** For the member who scheduled it. */
export const reportBlockedReply = (report: Report, { who, permissions }: Lack): Reply => ({
  tone: 'warning',
  title: 'A scheduled report can no longer be posted',
  body:
    `The ${report.what} report of **${report.universe}** (report ${report.id}) was due in <#${report.channelId}>, but ` +
    `${LACKS[who](permissions)}. I will try again each time it is due, and will not message you again ` +
    `until a post has succeeded. /report remove deletes it.\n${savedAskedLine(report)}`,
});
