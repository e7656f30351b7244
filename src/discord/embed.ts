// A Reply's text and pictures as Discord's embeds.
import type { APIEmbed, APIEmbedField } from 'discord.js';
import { visible } from '../names.ts';
import type { Reply, ReplyField, ReplyFile, ReplyImage } from '../reply.ts';
import { fit, lengthOf, LIMITS } from './limits.ts';

/** 0xRRGGBB */
const COLOURS: Readonly<Record<Reply['tone'], number>> = {
  answer: 0x2f855a,
  warning: 0xb7791f,
  error: 0xc53030,
  info: 0x4a5568,
};

/** Used for empty names and values, which Discord refuses. */
export const BLANK = '\u200b';

/** Up to this length the description takes precedence over the fields, which are then left out. */
const DESCRIPTION_SHARE = 2_000;

/** Wider rows wrap on every screen. */
const ROW_WIDTH = 160;

/** Values this short stand side by side. */
const INLINE_VALUE = 40;

/** Whatever of it comes from outside: nothing changes how the rest is read. */
const readable = (text: string): string => visible(text).trim();

/** The first embed holds all text and the first picture; every further picture has an embed of its own. */
export function renderEmbeds(reply: Reply, [first, ...more]: readonly ReplyImage[]): APIEmbed[] {
  return [embedOf(reply, first), ...more.map((image) => ({ color: COLOURS[reply.tone], image: attached(image) }))];
}

function embedOf(reply: Reply, image: ReplyImage | undefined): APIEmbed {
  const title = fit(readable(reply.title), LIMITS.embedTitle) || BLANK;
  const footer = fit(readable(reply.footer ?? ''), LIMITS.embedFooter);
  const room = LIMITS.embedTotal - lengthOf(title) - lengthOf(footer);
  const wanted = descriptionOf(reply, LIMITS.embedDescription);
  const fields = fieldsOf(reply.fields ?? [], room - Math.min(lengthOf(wanted), DESCRIPTION_SHARE));
  const description = descriptionOf(reply, Math.min(LIMITS.embedDescription, room - charactersOf(fields)));
  return {
    title,
    color: COLOURS[reply.tone],
    ...(description !== '' && { description }),
    ...(fields.length > 0 && { fields }),
    ...(footer !== '' && { footer: { text: footer } }),
    ...(image && { image: attached(image) }),
  };
}

/** The table is cut before the body is, but the body takes at most half of the room. */
function descriptionOf({ body = '', table = [] }: Reply, room: number): string {
  const rows = table.map((row) =>
    fit(
      visible(row)
        .replaceAll(/[\r\n]+/g, ' ')
        .replaceAll('`', "'"),
      ROW_WIDTH,
    ),
  );
  if (rows.length === 0) return fit(readable(body), room);
  const bodyRoom = Math.max(room - lengthOf(codeBlock(rows)) - 1, Math.floor(room / 2));
  const text = fit(readable(body), bodyRoom);
  if (text === '') return tableOf(rows, room);
  return `${text}\n${tableOf(rows, room - lengthOf(text) - 1)}`;
}

const codeBlock = (rows: readonly string[]): string => `\`\`\`\n${rows.join('\n')}\n\`\`\``;

/** As many rows as fit; the last line counts those cut. */
function tableOf(rows: readonly string[], room: number): string {
  return codeBlock(
    cutToFit(
      rows,
      (left) => `… and ${left} more`,
      (shown) => lengthOf(codeBlock(shown)) <= room,
    ),
  );
}

function fieldsOf(fields: readonly ReplyField[], room: number): APIEmbedField[] {
  return cutToFit<APIEmbedField>(
    fields.map(({ name, value }) => ({
      name: fit(readable(name), LIMITS.fieldName) || BLANK,
      value: fit(readable(value), LIMITS.fieldValue) || BLANK,
      inline: lengthOf(value.trim()) <= INLINE_VALUE,
    })),
    (left) => ({ name: '…', value: `and ${left} more`, inline: false }),
    (shown) => shown.length <= LIMITS.embedFields && charactersOf(shown) <= room,
  );
}

function charactersOf(fields: readonly APIEmbedField[]): number {
  return fields.reduce((sum, { name, value }) => sum + lengthOf(name) + lengthOf(value), 0);
}

/** The items or, if they do not fit, as many of the first as fit together with a note of how many are left out. */
function cutToFit<T>(items: readonly T[], note: (left: number) => T, fits: (shown: readonly T[]) => boolean): T[] {
  let shown = [...items];
  for (let kept = items.length - 1; kept >= 0 && !fits(shown); kept -= 1) {
    shown = [...items.slice(0, kept), note(items.length - kept)];
  }
  return shown;
}

/** Replaces characters that Discord would change, because `attachment://` must name the file. */
export function fileName({ name }: Pick<ReplyFile, 'name'>): string {
  return name.replaceAll(/[^\w.-]/g, '_');
}

const attached = (image: ReplyImage) => ({ url: `attachment://${fileName(image)}` });
