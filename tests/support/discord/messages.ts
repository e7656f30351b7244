// Messages as people see them, and how a body from the bot creates or changes one.
import { ApiError } from './errors.ts';
import type { Embed, MessageBody, ActionRow } from './schemas.ts';
import { newSnowflake } from './snowflake.ts';

export interface UploadedFile {
  /** The n of `files[n]`. */
  readonly index: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

interface ShownFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly description: string | undefined;
  readonly bytes: Uint8Array;
}

export interface ShownMessage {
  readonly id: string;
  readonly channelId: string;
  /** Visible only to the person who made the request. */
  readonly ephemeral: boolean;
  readonly content: string;
  readonly embeds: readonly Embed[];
  readonly components: readonly ActionRow[];
  readonly files: readonly ShownFile[];
  /** The users that the content names and allowed_mentions lets it notify. */
  readonly notified: readonly string[];
}

/** A reference to a message, so that a press of its button can change it. */
export interface MessageSlot {
  /** The message as it is now. Throws ApiError 10008 when it was deleted. */
  read(): ShownMessage;
  write(message: ShownMessage): void;
  /** Who sees it; absent: everyone there. */
  readonly userId: string | undefined;
}

/** All that can be read in a message, a line each. */
export function textOf({ content, embeds }: ShownMessage): string {
  return [content, ...embeds.flatMap(partsOf)].filter((part) => part !== undefined && part !== '').join('\n');
}

function partsOf({ title, description, fields = [], footer }: Embed): (string | undefined)[] {
  return [title, description, ...fields.flatMap(({ name, value }) => [name, value]), footer?.text];
}

export function buttonsOf({ components }: ShownMessage): readonly { label: string; customId: string }[] {
  return components.flatMap((row) => row.components.map(({ label, custom_id }) => ({ label, customId: custom_id })));
}

export const FLAGS = { ephemeral: 64, loading: 128 } as const;

interface NewMessage {
  readonly channelId: string;
  readonly ephemeral: boolean;
  readonly body: MessageBody;
  readonly files: readonly UploadedFile[];
}

export function newMessage({ channelId, ephemeral, body, files }: NewMessage): ShownMessage {
  const nothing = { content: '', embeds: [], components: [], files: [], notified: [] };
  return changed({ id: newSnowflake(), channelId, ephemeral, ...nothing }, body, files);
}

/**
 * The message after an edit: what the body does not name stays.
 * @throws ApiError when nothing would be left to see, or a file is named that is not there
 */
export function changed(before: ShownMessage, body: MessageBody, files: readonly UploadedFile[]): ShownMessage {
  const content = body.content === undefined ? before.content : (body.content ?? '');
  const after: ShownMessage = {
    ...before,
    content,
    embeds: body.embeds ?? before.embeds,
    components: body.components ?? before.components,
    files: filesAfter(before, body, files),
    notified: notifiedBy(content, body.allowed_mentions),
  };
  if (content === '' && after.embeds.length === 0 && after.files.length === 0) {
    throw new ApiError(400, 50006, 'Cannot send an empty message');
  }
  for (const { image } of after.embeds) {
    const [, name] = image?.url.split('attachment://') ?? [];
    if (name !== undefined && !after.files.some((file) => file.name === name)) {
      throw new ApiError(400, 50035, `Invalid Form Body: ${image?.url} names no attached file`);
    }
  }
  return after;
}

function filesAfter(
  before: ShownMessage,
  { attachments }: MessageBody,
  uploaded: readonly UploadedFile[],
): ShownFile[] {
  const listed: NonNullable<MessageBody['attachments']> = attachments ?? [
    ...before.files.map(({ id }) => ({ id })),
    ...uploaded.map(({ index }) => ({ id: index })),
  ];
  return listed.map((attachment) => {
    const kept = before.files.find(({ id }) => id === attachment.id);
    if (kept !== undefined) return kept;
    const file = uploaded.find(({ index }) => index === attachment.id);
    if (file === undefined)
      throw new ApiError(400, 50035, `Invalid Form Body: attachment ${attachment.id} has no file`);
    const { name, type, bytes } = file;
    return { id: newSnowflake(), name, type, bytes, description: attachment.description };
  });
}

function notifiedBy(content: string, allowed: MessageBody['allowed_mentions']): string[] {
  const named = [...content.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id ?? '');
  const { parse = [], users = [] } = allowed ?? { parse: ['users'] };
  return named.filter((id) => parse.includes('users') || users.includes(id));
}
