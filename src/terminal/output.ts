import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { App } from '../app.ts';
import type { ChartSpec } from '../charts/spec.ts';
import type { OnProgress } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { usingFile, writeWhole } from '../files.ts';
import { labelled } from '../format.ts';
import type { Reply } from '../reply.ts';
import { flag } from './flags.ts';
import type { Flags, Output, Terminal } from './terminal-command.ts';
import { withApp } from './with-app.ts';

/**
 * Creates the directory of an output file before long work begins, so that its result is not lost.
 * @throws UserError when the file cannot be written
 */
export async function prepareOutput(file: string, option: string): Promise<void> {
  await usingFile('write', file, option, async () => {
    const directory = dirname(file);
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  });
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory() === true) throw new UserError(`Cannot write ${file}: it is a directory.`, { option });
}

interface ChartedAnswer<A> {
  readonly ask: (app: App, options: { readonly onProgress: OnProgress }) => Promise<A>;
  readonly chart: (answer: A) => ChartSpec;
  readonly output: (answer: A, app: App) => Output;
}

/** Asks the app, and draws the answer to the file of `--chart`, if there is one. */
export function answerWithChart<A>(
  flags: Flags,
  terminal: Terminal,
  { ask, chart, output }: ChartedAnswer<A>,
): Promise<Output> {
  const file = flag(flags, 'chart');
  const answer = async (app: App): Promise<Output> => {
    if (file !== undefined) await prepareOutput(file, 'chart');
    const answered = await ask(app, { onProgress: terminal.onProgress });
    if (file !== undefined) await drawTo(file, chart(answered), app, terminal);
    return output(answered, app);
  };
  return withApp(terminal, answer, { answersAtOnce: true });
}

/** `OUT.png` → `OUT-equity.png`. */
export const siblingFile = (file: string, name: string): string =>
  file.replace(/(\.[^./\\]*)?$/, (ending) => `-${name}${ending}`);

export const CHART_HELP = '  --chart OUT.png        draw the answer';

/** @throws UserError when the picture cannot be written there */
export async function drawTo(file: string, chart: ChartSpec, app: App, { note }: Terminal): Promise<void> {
  await writePicture(file, await app.charts.png(chart));
  note(`chart written to ${file}`);
}

/** @throws UserError when the picture cannot be written there */
export const writePicture = (file: string, png: Uint8Array): Promise<void> =>
  usingFile('write', file, 'chart', () => writeWhole(file, [png]));

/** Also without the escapes of what is none. */
const withoutMarkdown = (text: string): string => text.replaceAll(/\\([^\p{L}\p{N}\s])|\*\*|`/gu, '$1');

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
