import type { PersonalData } from './personal-data.ts';
import { plural } from '../../format.ts';
import type { Reply } from '../../reply.ts';

const NOTHING: Reply = {
  tone: 'info',
  title: 'Nothing is stored of you',
  body: 'No alerts, no buttons under answers, and nothing that you made for a server.',
};

/** `2 alerts`, `1 button under answers`, … of what there is. */
function inventory({ saved, buttons, unreadable }: PersonalData): string[] {
  return [
    ...counted(saved.alerts.length, 'alert'),
    ...(saved.closed === undefined ? [] : ['that you took no direct messages']),
    ...counted(buttons.length, 'question behind buttons', 'questions behind buttons'),
    ...counted(unreadable.length, 'record that could not be read', 'records that could not be read'),
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
    title: 'What is stored of you',
    body: `The file holds all of it:\n${bullets(lines)}`,
    files: [
      {
        name: 'stored-of-you.json',
        bytes: new TextEncoder().encode(`${JSON.stringify({ exportedAt, ...data }, undefined, 2)}\n`),
        description: 'All that is stored of you, as JSON',
      },
    ],
    footer: '/privacy delete removes it.',
  };
}

/** @param key of the button that does it */
export const confirmDeletionReply = (key: string): Reply => ({
  tone: 'warning',
  title: 'Delete all that is stored of you?',
  body: [
    'Your alerts, and what the buttons under your answers stand for, are removed for good: these buttons then work no more.',
    'Universes that you created and reports that you scheduled belong to their servers: they stay, without your id.',
  ].join('\n\n'),
  buttons: [{ label: 'Delete everything', style: 'primary', command: 'privacy', key }],
  footer: '/privacy export shows it first.',
});

export function deletionReply(data: PersonalData): Reply {
  const [gone, kept] = [inventory(data), forServers(data)];
  if (gone.length + kept.length === 0) return NOTHING;
  return {
    tone: 'info',
    title: 'Deleted',
    body: [
      gone.length === 0
        ? 'There were no alerts of yours, and no questions behind buttons.'
        : `Removed:\n${bullets(gone)}`,
      ...(kept.length === 0 ? [] : [`${LIST.format(kept)} of servers stay, but your id is gone from them.`]),
      "The bot's logs hold none of it: they do not say who asked for which limit or assets. Backups that the bot's " +
        'operator made before still hold it, and messages that I sent stay in Discord until they are deleted there.',
    ].join('\n\n'),
  };
}
