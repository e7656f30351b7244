// An oracle of its own for what Discord's markdown would make of a text.
import { expect } from 'vitest';
import type { ShownMessage } from './discord/messages.ts';

const WILD: readonly RegExp[] = [
  /\]\(/, // a link under another text
  /:\/\//, // a link
  /@(everyone|here)/,
  /<(?!#\d+>|t:\d+:\w>)[@#a:/t&!i]/, // a mention, an emoji, a command; the bot's own channels and times are allowed
  /\|\|/, // a mask
];
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

/** What is left when escapes have done their work. */
const read = (text: string): string => text.replaceAll(/\\[^\p{L}\p{N}\s]/gu, '');

/** The text shows no link, mention or mask of others, and nothing that cannot be seen. */
export function expectTame(text: string): void {
  for (const wild of WILD) expect(read(text)).not.toMatch(wild);
  expect(text.replaceAll('\u200b', '')).not.toMatch(UNSEEN);
}

/** All markdown of a message. A footer is plain text. */
export function expectTameMessage({ embeds }: ShownMessage): void {
  for (const { title = '', description = '', fields = [] } of embeds) {
    for (const text of [title, description, ...fields.flatMap(({ name, value }) => [name, value])]) expectTame(text);
  }
}

export const HOSTILE: readonly string[] = [
  '[Claim your prize](https://evil.example/a)',
  'https://evil.example',
  '@everyone @here <@200000000000000001> <@&1> <:a:1> </help:1> <#x>',
  '||mask|| **bold** __under__ ~~gone~~ `code` ```block```',
  '# Head\n> quote\n- list\n-# small',
  'moc.live\u202eevil\u2066\u200b\u2800\u3164\u00ad',
  '\\[a\\](https\\://b) \\\\<@1>',
  'a\u0000b\u0007c\r\nd\u2028e',
];
