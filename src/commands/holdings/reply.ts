import { alignColumns, discordTime, money, quantity } from '../../format.ts';
import type { Held } from '../../held.ts';
import type { Reply } from '../../reply.ts';
import { nextRun } from '../../schedule.ts';
import { describeWhen } from '../../when.ts';
import { DIRECT_MESSAGES } from '../direct-messages.ts';
import type { SavedHoldings } from '../saved-holdings.ts';
import type { HeldReport } from './record.ts';

/** More would not fit into a reply. */
const MOST_ROWS = 60;

function tableOf({ positions, cash }: Held): string[] {
  const rows = [
    ...positions.map(({ ticker, units }) => [ticker, quantity(units)]),
    ...cash.map(({ amount, currency = 'of the prices' }) => [`Cash ${currency}`, money(amount)]),
  ];
  const more = rows.length - MOST_ROWS;
  return [...alignColumns([['Asset', 'Units'], ...rows.slice(0, MOST_ROWS)]), ...(more > 0 ? [`${more} more`] : [])];
}

const HOW =
  '`/allocate holdings:saved` uses it; `/holdings report` reports on it; `/holdings forget` deletes it. Nobody else sees it.';

export const savedReply = (held: Held): Reply => ({
  tone: 'info',
  title: 'Your holdings are saved',
  body: HOW,
  table: tableOf(held),
});

/** `mondays 9:00 Europe/Berlin, next <time>` */
function scheduleText(report: HeldReport, now: number): string {
  const next = nextRun(report, now);
  const coming = next === undefined ? 'there is no next one' : `the next one ${discordTime(next, 'R')}`;
  return `${describeWhen(report.cron)} ${report.timeZone}, ${coming}`;
}

/** @param now milliseconds since 1970 */
export function holdingsReply(saved: SavedHoldings | undefined, now: number): Reply {
  if (saved === undefined) return { tone: 'info', title: 'No holdings are saved', body: '`/holdings set` saves them.' };
  const { held, savedAt, report } = saved;
  return {
    tone: 'info',
    title: 'Your holdings',
    body: [
      `Saved ${discordTime(Date.parse(savedAt), 'f')}. ${HOW}`,
      ...(report ? [`A report on them comes ${scheduleText(report, now)}; \`/holdings stop\` ends it.`] : []),
    ].join('\n'),
    table: tableOf(held),
  };
}

/** @param first the report as it would be sent now */
export const scheduledReply = (report: HeldReport, first: Reply, now: number): Reply => ({
  ...first,
  body: `I send you such a report ${scheduleText(report, now)}, each with what changed since the one before. ${DIRECT_MESSAGES}\n\n${first.body}`,
});

export const stoppedReply = (had: boolean): Reply => ({
  tone: 'info',
  title: had ? 'Your report is ended' : 'You had no report',
  body: 'What you hold stays saved: `/holdings forget` deletes it.',
});

export const forgottenReply = (had: boolean): Reply => ({
  tone: 'info',
  title: had ? 'Your holdings are deleted' : 'No holdings were saved',
  body: had
    ? 'So is the report on them. Holdings that you typed in a question stay behind the buttons of its answer for up to 30 days; `/privacy delete` deletes those too.'
    : 'There was nothing to delete.',
});
