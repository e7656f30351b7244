// Pure: what is said when a scheduled report cannot be what it should.
import type { Reply } from '../../reply.ts';

interface ScheduledReport {
  readonly id: string;
  readonly what: string;
  readonly channelId: string;
  readonly question: { readonly universe: string };
}

/** Posted in the report's place. @param sentence a UserError's: what is the matter, and how to mend it */
export const reportFailedReply = ({ id, what, question }: ScheduledReport, sentence: string): Reply => ({
  tone: 'error',
  title: `No ${what} report of ${question.universe} this time`,
  body: sentence,
  footer: `Report ${id} is tried again when it is due next; /report remove ends it.`,
});

/** For whoever scheduled it. @param lacking what the bot lacks there, in words, where that is known */
export const reportBlockedReply = ({ id, what, channelId, question }: ScheduledReport, lacking?: string): Reply => ({
  tone: 'warning',
  title: 'A scheduled report can no longer be posted',
  body:
    `The ${what} report of **${question.universe}** (report ${id}) was due in <#${channelId}>, but I may not post there` +
    `${lacking === undefined ? '' : `: I lack ${lacking}`}. I try again each time it is due and will not write to you about it ` +
    'again until it has worked; /report remove ends it.',
});
