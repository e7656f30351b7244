// Turns a Reply into a message within Discord's limits.
import {
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
} from 'discord.js';
import { visible } from '../names.ts';
import type { Reply, ReplyButton, ReplyFile } from '../reply.ts';
import { BLANK, fileName, renderEmbeds } from './embed.ts';
import { fit, lengthOf, LIMITS } from './limits.ts';

/** The content of a message, for discord.js to send, edit or follow up with. */
export interface MessageContent {
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIActionRowComponent<APIButtonComponent>[];
  readonly files: readonly { readonly attachment: Buffer; readonly name: string; readonly description: string }[];
}

/** Shown only to the member who made the request. */
export function ephemeral(content: MessageContent) {
  return { ...content, flags: MessageFlags.Ephemeral as const };
}

const STYLES = { primary: ButtonStyle.Primary, secondary: ButtonStyle.Secondary } as const;

/**
 * Every picture after the first has an embed of its own. A picture that is too large for Discord is left out.
 * @throws Error when a button's custom_id is too long, there are too many buttons, or a file is too large (a file is
 *   never left out, because it was requested)
 */
export function renderReply(reply: Reply): MessageContent {
  const images = (reply.images ?? []).filter(({ png }) => png.byteLength <= LIMITS.fileBytes).slice(0, LIMITS.embeds);
  return {
    embeds: renderEmbeds(reply, images),
    components: rowsOf(reply.buttons ?? []),
    files: [
      ...images.map((image) => attachmentOf({ ...image, bytes: image.png })),
      ...(reply.files ?? []).map(fileToKeep),
    ],
  };
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
    label: fit(visible(label).trim(), LIMITS.buttonLabel) || BLANK,
    custom_id: customId,
  };
}

function attachmentOf(file: ReplyFile): MessageContent['files'][number] {
  return {
    attachment: Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength),
    name: fileName(file),
    description: fit(visible(file.description), LIMITS.altText),
  };
}

function fileToKeep(file: ReplyFile): MessageContent['files'][number] {
  const { byteLength } = file.bytes;
  if (byteLength > LIMITS.fileBytes)
    throw new Error(`expected a file of at most ${LIMITS.fileBytes} bytes, got ${byteLength}`);
  return attachmentOf(file);
}
