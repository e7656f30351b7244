import type { PersonalData } from './personal-data.ts';
import { plural } from '../../format.ts';
import type { Reply } from '../../reply.ts';

const NOTHING: Reply = {
  tone: 'info',
  title: 'Nothing is stored about you',
  body: 'No alerts, no holdings, no buttons under answers, and nothing that you created for a server.',
};

/** `2 alerts`, `1 request behind a button`, …; nothing for what is not there. */
function inventory({ saved, holdings, buttons, unanswered, unreadable }: PersonalData): string[] {
  return [
    ...counted(saved.alerts.length, 'alert'),
    ...(saved.closed === undefined ? [] : ['a note that you accept no direct messages']),
    ...(holdings === undefined ? [] : [`your holdings${holdings.report ? ', with the report on them' : ''}`]),
    ...counted(buttons.length, 'request behind a button', 'requests behind buttons'),
    ...counted(unanswered.length, 'question that is being answered', 'questions that are being answered'),
    ...counted(unreadable.length, 'unreadable record'),
  ];
}

const forServers = ({ universes, reports, unreadableOfServers }: PersonalData): string[] => [
  ...counted(universes.length, 'universe'),
  ...counted(reports.length, 'report'),
  ...counted(unreadableOfServers.length, 'unreadable record'),
];

const LIST = new Intl.ListFormat('en-GB');

const counted = (count: number, one: string, many?: string): string[] =>
  count === 0 ? [] : [plural(count, one, many)];

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** @param now milliseconds since 1970 */
export function exportReply(data: PersonalData, now: number): Reply {
  const lines = [...inventory(data), ...forServers(data).map((what) => `your id on ${what} of servers`)];
  if (lines.length === 0) return NOTHING;
  const exportedAt = new Date(now).toISOString();
  return {
    tone: 'info',
    title: 'What is stored about you',
    body: `The attached file contains:\n${bullets(lines)}`,
    files: [
      {
        name: 'stored-about-you.json',
        bytes: new TextEncoder().encode(`${JSON.stringify({ exportedAt, ...data }, undefined, 2)}\n`),
        description: 'Everything stored about you, as JSON',
      },
    ],
    footer: '/privacy delete removes it.',
  };
}

/** @param key of the button that confirms */
export const confirmDeletionReply = (key: string): Reply => ({
  tone: 'warning',
  title: 'Delete everything stored about you?',
  body: [
    'Your alerts, your holdings, the report on them and the requests behind the buttons under your answers are deleted for good. Those buttons stop working.',
    'Universes that you created and reports that you scheduled belong to their servers: they stay, without your id.',
  ].join('\n\n'),
  buttons: [{ label: 'Delete everything', style: 'primary', command: 'privacy', key }],
  footer: '/privacy export shows what is stored.',
});

export function deletionReply(data: PersonalData): Reply {
  const [gone, kept] = [inventory(data), forServers(data)];
  if (gone.length + kept.length === 0) return NOTHING;
  return {
    tone: 'info',
    title: 'Your data is deleted',
    body: [
      gone.length === 0
        ? 'You had no alerts, no holdings and no requests behind buttons.'
        : `Deleted:\n${bullets(gone)}`,
      ...(kept.length === 0 ? [] : [`${LIST.format(kept)} of servers stay, without your id.`]),
      "The bot's logs do not record who asked for which limit or assets. Earlier backups by the bot's operator still " +
        'contain your data, and messages that I sent stay in Discord until they are deleted there.',
    ].join('\n\n'),
  };
}
