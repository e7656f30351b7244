// Pure: a reply as a terminal shows it.
import { labelled } from '../format.ts';
import type { Reply } from '../reply.ts';

const withoutMarkdown = (text: string): string => text.replaceAll(/\*\*|`/g, '');

/** The same answer as in Discord, as lines of text. */
export function replyToText(reply: Reply): string {
  const fields = labelled((reply.fields ?? []).map(({ name, value }) => [name, withoutMarkdown(value)]));
  const buttons = reply.buttons?.map(({ label }) => `[ ${label} ]`).join(' ');
  const blocks = [
    `${reply.title}\n${'='.repeat(reply.title.length)}`,
    reply.body && withoutMarkdown(reply.body),
    reply.table?.join('\n'),
    fields.join('\n'),
    buttons,
    reply.footer,
  ];
  return `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`;
}
