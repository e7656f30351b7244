import { randomBytes } from 'node:crypto';
import { ApiError } from './errors.ts';
import { changed, FLAGS, newMessage, type MessageSlot, type ShownMessage, type UploadedFile } from './messages.ts';
import type { CallbackBody, MessageBody } from './schemas.ts';
import { newSnowflake } from './snowflake.ts';
import type { Changes } from './changes.ts';

export interface Limits {
  /** The first answer must come within this time. Discord: 3,000. */
  ackWithinMs: number;
  /** The interaction's token is good for this long. Discord: 900,000. */
  tokenLifeMs: number;
  /** For how long a message's nonce is remembered. Discord: "the past few minutes". */
  nonceLifeMs: number;
  /** Whether messages are given back with their nonces, which Discord's reference does not promise. */
  showsNonces: boolean;
}

export interface Acknowledgement {
  /** 4: a message. 5: deferred, "is thinking…". 6: the button's message stays. 7: it changes. 8: choices. */
  readonly type: CallbackBody['type'];
  readonly ephemeral: boolean;
  /** From the moment the interaction was sent to the bot. */
  readonly ms: number;
}

/** One interaction from its sending on, and Discord's rules for answering it. */
export class Interaction {
  readonly id = newSnowflake();
  readonly token = randomBytes(24).toString('base64url');
  readonly kind: 'slash' | 'press' | 'autocomplete';
  readonly userId: string;
  readonly channelId: string;
  /** The answer as it was after each edit. */
  readonly edits: ShownMessage[] = [];
  readonly followUps: ShownMessage[] = [];
  ack: Acknowledgement | undefined;
  /** The original reply as it is now; absent while there is none, while it is deferred, and after its deletion. */
  original: ShownMessage | undefined;
  choices: readonly { name: string; value: string | number }[] | undefined;
  isDeleted = false;
  /** Where the message with the pressed button is. */
  readonly #slot: MessageSlot | undefined;
  #isExpired = false;
  readonly #sentAt = performance.now();
  readonly #limits: Limits;
  readonly #changes: Changes;

  constructor(
    about: Pick<Interaction, 'kind' | 'userId' | 'channelId'> & { readonly slot?: MessageSlot },
    around: { readonly limits: Limits; readonly changes: Changes },
  ) {
    this.kind = about.kind;
    this.userId = about.userId;
    this.channelId = about.channelId;
    this.#slot = about.slot;
    this.#limits = around.limits;
    this.#changes = around.changes;
  }

  /** "Is thinking…" is shown. */
  get isThinking(): boolean {
    return this.ack?.type === 5 && this.original === undefined && !this.isDeleted;
  }

  /** Of a press: the message with the button, as it is now. */
  get source(): ShownMessage | undefined {
    return this.#slot?.read();
  }

  acknowledged(withinMs?: number): Promise<Acknowledgement> {
    return this.until(({ ack }) => ack, 'a first answer', withinMs);
  }

  /** The first message with an embed, in the answer's place or after it. */
  answer(withinMs?: number): Promise<ShownMessage> {
    return this.until(({ original, followUps }) => [original, ...followUps].find(hasEmbed), 'an answer', withinMs);
  }

  until<T>(read: (asked: this) => T | undefined, what: string, withinMs?: number): Promise<T> {
    return this.#changes.until(() => read(this), what, withinMs);
  }

  /** Ends the life of the token now. */
  expire(): void {
    this.#isExpired = true;
  }

  /** @throws ApiError 10062 when it comes too late, 40060 when there has been one */
  callback(body: CallbackBody, files: readonly UploadedFile[], arrivedAt: number): void {
    const ms = arrivedAt - this.#sentAt;
    if (this.ack !== undefined) throw new ApiError(400, 40060, 'Interaction has already been acknowledged.');
    if (ms > this.#limits.ackWithinMs) throw new ApiError(404, 10062, 'Unknown interaction');
    const changesSource = body.type === 6 || body.type === 7;
    if ((body.type === 8) !== (this.kind === 'autocomplete') || (changesSource && this.kind !== 'press')) {
      throw new ApiError(400, 50035, `Invalid Form Body: type ${body.type} does not answer this interaction`);
    }
    const ephemeral = (body.type === 4 || body.type === 5) && isEphemeral(body.data?.flags);
    if (body.type === 7) this.#changeSource(body.data, files);
    if (body.type === 4) this.original = newMessage({ channelId: this.channelId, ephemeral, body: body.data, files });
    if (body.type === 8) this.choices = body.data.choices;
    this.ack = { type: body.type, ephemeral, ms };
  }

  edit(body: MessageBody, files: readonly UploadedFile[]): ShownMessage {
    this.#mustBeEditable();
    if (this.#editsSource) return this.#changeSource(body, files);
    this.original =
      this.original === undefined ? this.#inPlaceOfThinking(body, files) : changed(this.original, body, files);
    this.edits.push(this.original);
    return this.original;
  }

  /** While the answer is deferred, the first follow-up takes its place, and is ephemeral or not as the deferral was. */
  followUp(body: MessageBody, files: readonly UploadedFile[]): ShownMessage {
    this.#mustBeAnswered();
    if (this.isThinking) return this.edit(body, files);
    const ephemeral = isEphemeral(body.flags);
    const message = newMessage({ channelId: this.channelId, ephemeral, body, files });
    this.followUps.push(message);
    return message;
  }

  remove(): void {
    this.#mustBeEditable();
    this.original = undefined;
    this.isDeleted = true;
  }

  read(): ShownMessage {
    this.#mustBeEditable();
    if (this.#editsSource && this.source !== undefined) return this.source;
    return this.original ?? this.#inPlaceOfThinking({ content: '…' }, []);
  }

  /** After a first answer of type 6 or 7, "the original" is the message with the button. */
  get #editsSource(): boolean {
    return this.ack?.type === 6 || this.ack?.type === 7;
  }

  #changeSource(body: MessageBody, files: readonly UploadedFile[]): ShownMessage {
    if (this.#slot === undefined) throw new ApiError(404, 10008, 'Unknown Message');
    const message = changed(this.#slot.read(), body, files);
    this.#slot.write(message);
    return message;
  }

  #inPlaceOfThinking(body: MessageBody, files: readonly UploadedFile[]): ShownMessage {
    return newMessage({ channelId: this.channelId, ephemeral: this.ack?.ephemeral ?? false, body, files });
  }

  #mustBeAnswered(): void {
    if (this.#isExpired || performance.now() - this.#sentAt > this.#limits.tokenLifeMs) {
      throw new ApiError(401, 50027, 'Invalid Webhook Token');
    }
    if (this.ack === undefined || this.ack.type === 8) throw new ApiError(404, 10015, 'Unknown Webhook');
  }

  #mustBeEditable(): void {
    this.#mustBeAnswered();
    if (this.isDeleted) throw new ApiError(404, 10008, 'Unknown Message');
  }
}

const hasEmbed = (message: ShownMessage | undefined): boolean => message !== undefined && message.embeds.length > 0;

const isEphemeral = (flags: number | undefined): boolean => ((flags ?? 0) & FLAGS.ephemeral) !== 0;
