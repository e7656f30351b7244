// Pure: a Reply → the message that Discord takes, inside every limit of limits.ts.
import {
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
  type APIEmbedField,
} from 'discord.js';
import type { Reply, ReplyButton, ReplyField, ReplyFile, ReplyImage } from '../reply.ts';
import { fit, lengthOf, LIMITS } from './limits.ts';

/** What discord.js sends, edits and follows up with alike. */
export interface MessageContent {
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIActionRowComponent<APIButtonComponent>[];
  readonly files: readonly { readonly attachment: Buffer; readonly name: string; readonly description: string }[];
}

/** Seen by the person who asked and by nobody else. */
export function inPrivate(content: MessageContent) {
  return { ...content, flags: MessageFlags.Ephemeral as const };
}

/** 0xRRGGBB */
const COLOURS: Readonly<Record<Reply['tone'], number>> = {
  answer: 0x2f855a,
  warning: 0xb7791f,
  error: 0xc53030,
  info: 0x4a5568,
};

const STYLES = { primary: ButtonStyle.Primary, secondary: ButtonStyle.Secondary } as const;

/** Discord refuses empty names and values. */
const BLANK = '\u200b';

/** What the description may claim of the embed's total before fields are left out for it. */
const DESCRIPTION_SHARE = 2_000;

/** Wider rows wrap on every screen. */
const ROW_WIDTH = 160;

/** Values this short stand side by side. */
const INLINE_VALUE = 40;

/**
 * Every picture after the first has an embed of its own; one that is larger than Discord takes is left out.
 * @throws Error when a button's custom_id or the number of buttons cannot be made to fit, or a file is too large:
 *   an answer without the file that was asked for is none
 */
export function renderReply(reply: Reply): MessageContent {
  const images = (reply.images ?? []).filter(({ png }) => png.byteLength <= LIMITS.fileBytes).slice(0, LIMITS.embeds);
  const [first, ...more] = images;
  return {
    embeds: [embedOf(reply, first), ...more.map((image) => ({ color: COLOURS[reply.tone], image: attached(image) }))],
    components: rowsOf(reply.buttons ?? []),
    files: [...images.map((image) => attachmentOf({ ...image, bytes: image.png })), ...(reply.files ?? []).map(whole)],
  };
}

function embedOf(reply: Reply, image: ReplyImage | undefined): APIEmbed {
  const title = fit(reply.title.trim(), LIMITS.embedTitle) || BLANK;
  const footer = fit(reply.footer?.trim() ?? '', LIMITS.embedFooter);
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

/** The table gives way before the body does, but the body takes half of the room at most. */
function descriptionOf({ body = '', table = [] }: Reply, room: number): string {
  const rows = table.map((row) => fit(row.replaceAll(/[\r\n]+/g, ' ').replaceAll('`', "'"), ROW_WIDTH));
  if (rows.length === 0) return fit(body.trim(), room);
  const bodyRoom = Math.max(room - lengthOf(codeBlock(rows)) - 1, Math.floor(room / 2));
  const text = fit(body.trim(), bodyRoom);
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
      name: fit(name.trim(), LIMITS.fieldName) || BLANK,
      value: fit(value.trim(), LIMITS.fieldValue) || BLANK,
      inline: lengthOf(value.trim()) <= INLINE_VALUE,
    })),
    (left) => ({ name: '…', value: `and ${left} more`, inline: false }),
    (shown) => shown.length <= LIMITS.embedFields && charactersOf(shown) <= room,
  );
}

function charactersOf(fields: readonly APIEmbedField[]): number {
  return fields.reduce((sum, { name, value }) => sum + lengthOf(name) + lengthOf(value), 0);
}

/** The items, or the longest beginning of them that fits together with a note of how many are left out. */
function cutToFit<T>(items: readonly T[], note: (left: number) => T, fits: (shown: readonly T[]) => boolean): T[] {
  let shown = [...items];
  for (let kept = items.length - 1; kept >= 0 && !fits(shown); kept -= 1) {
    shown = [...items.slice(0, kept), note(items.length - kept)];
  }
  return shown;
}

function rowsOf(buttons: readonly ReplyButton[]): APIActionRowComponent<APIButtonComponent>[] {
  const rows: APIActionRowComponent<APIButtonComponent>[] = [];
  for (let at = 0; at < buttons.length; at += LIMITS.buttonsInRow) {
    const components = buttons.slice(at, at + LIMITS.buttonsInRow).map(buttonOf);
    rows.push({ type: ComponentType.ActionRow, components });
  }
  if (rows.length > LIMITS.rows) throw new Error(`expected at most ${LIMITS.rows} rows of buttons, got ${rows.length}`);
  return rows;
}

function buttonOf({ label, style, command, key }: ReplyButton): APIButtonComponent {
  const customId = `${command}:${key}`;
  if (lengthOf(customId) > LIMITS.customId) {
    throw new Error(`expected a custom_id of at most ${LIMITS.customId} characters, got ${lengthOf(customId)}`);
  }
  return {
    type: ComponentType.Button,
    style: STYLES[style],
    label: fit(label.trim(), LIMITS.buttonLabel) || BLANK,
    custom_id: customId,
  };
}

/** Discord changes other characters, and `attachment://` would then name no file. */
const fileName = ({ name }: Pick<ReplyFile, 'name'>): string => name.replaceAll(/[^\w.-]/g, '_');

const attached = (image: ReplyImage) => ({ url: `attachment://${fileName(image)}` });

function attachmentOf(file: ReplyFile): MessageContent['files'][number] {
  return {
    attachment: Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength),
    name: fileName(file),
    description: fit(file.description, LIMITS.altText),
  };
}

function whole(file: ReplyFile): MessageContent['files'][number] {
  const { byteLength } = file.bytes;
  if (byteLength > LIMITS.fileBytes)
    throw new Error(`expected a file of at most ${LIMITS.fileBytes} bytes, got ${byteLength}`);
  return attachmentOf(file);
}
