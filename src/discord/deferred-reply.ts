import {
  MessageFlags,
  RESTJSONErrorCodes,
  type APIActionRowComponent,
  type APIButtonComponent,
  type ButtonInteraction,
  type RepliableInteraction,
} from 'discord.js';
import type { App } from '../app.ts';
import { abortable } from '../async.ts';
import type { Reply } from '../reply.ts';
import { describeError } from '../describe-error.ts';
import { isDiscordError, REPLY_GONE } from './discord-errors.ts';
import { deliverFallback, type FallbackOptions } from './fallback-delivery.ts';
import { fit, LIMITS } from './limits.ts';
import { ProgressMessage } from './progress.ts';
import { ephemeral, type MessageContent, renderReply } from './render.ts';

/** An interaction's token is valid for 15 minutes by Discord's clock. Ours starts when the interaction arrives. */
const TOKEN_LIFE_MS = 14.5 * 60_000;

/** @param ageMs since the interaction arrived */
export function isTokenAlive(ageMs: number): boolean {
  return ageMs < TOKEN_LIFE_MS;
}

/** After this, progress says that the answer may come as a message, because the token may expire first. */
const LONG_WORK_MS = 12 * 60_000;
const LONG_WORK_NOTE = 'This is taking a while. If the answer does not appear here, it will arrive as a message.';
const FIRST_PROGRESS = 'Working on it.';

interface DeferredReplyOptions extends FallbackOptions {
  readonly app: Pick<App, 'clock'>;
  /** When the interaction arrived, by the clock. */
  readonly receivedAt: number;
  /** The cancel button, which is shown until the answer comes. */
  readonly buttonRow?: APIActionRowComponent<APIButtonComponent>;
}

/**
 * Defers the reply. Whether it is public or private cannot be changed later.
 * @throws DiscordAPIError when Discord does not accept the deferral (10062: it came too late)
 */
export async function deferReply(
  interaction: RepliableInteraction,
  options: DeferredReplyOptions,
): Promise<DeferredReply> {
  await interaction.deferReply(options.isPublic ? {} : { flags: MessageFlags.Ephemeral });
  return new DeferredReply(interaction, options);
}

/** A deferred reply. Each method resolves to false when the content could not be delivered. */
export class DeferredReply {
  readonly #interaction: RepliableInteraction;
  readonly #options: DeferredReplyOptions;
  readonly #progress: ProgressMessage;
  /** Whether the answer is in the reply. */
  #isShown = false;
  readonly progress = (text: string): void => this.#progress.update(text);

  constructor(interaction: RepliableInteraction, options: DeferredReplyOptions) {
    this.#interaction = interaction;
    this.#options = options;
    this.#progress = new ProgressMessage({
      show: (text) => this.#showProgress(text),
      now: options.app.clock.now,
      onFailure: (error) => options.log.warn({ error: describeError(error) }, 'progress could not be shown'),
    });
    if (options.buttonRow !== undefined) this.#progress.update(FIRST_PROGRESS);
  }

  /** Shows the answer in the reply or, when the interaction's token has expired, in a message. */
  async send(content: MessageContent): Promise<boolean> {
    this.#isShown = await this.#edit(content);
    return this.#isShown || deliverFallback(this.#interaction, content, this.#options);
  }

  /** Replaces an answer that `send` has shown in the reply. Never rejects. */
  async amend(later: () => Promise<Reply | undefined>, signal: AbortSignal): Promise<void> {
    if (!this.#isShown) return;
    try {
      const reply = await abortable(later(), signal);
      if (reply === undefined || !isTokenAlive(this.#age())) return;
      await reaches(() => this.#interaction.editReply({ ...renderReply(reply), attachments: [] }));
    } catch (error) {
      if (!signal.aborted) this.#options.log.warn({ error: describeError(error) }, 'the answer could not be amended');
    }
  }

  /** Shows the content only to the member who made the request. */
  async sendPrivately(content: MessageContent): Promise<boolean> {
    if (!this.#options.isPublic) return this.send(content);
    const isSent = await this.#useToken(async () => {
      await deleteReply(this.#interaction);
      await this.#interaction.followUp(ephemeral(content));
    });
    return isSent || deliverFallback(this.#interaction, content, { ...this.#options, isPublic: false });
  }

  /** Shows the content in the reply and nowhere else. When its own token has expired, uses that of a button press. */
  async sendInPlace(content: MessageContent, press: ButtonInteraction): Promise<boolean> {
    return (await this.#edit(content)) || editSource(press, content);
  }

  #edit(content: MessageContent): Promise<boolean> {
    return this.#useToken(() => this.#interaction.editReply({ content: null, ...content }));
  }

  /** Waits for the last progress, which would overwrite the answer. @returns whether `send` reached Discord */
  async #useToken(send: () => Promise<unknown>): Promise<boolean> {
    await this.#progress.close();
    return isTokenAlive(this.#age()) && reaches(send);
  }

  async #showProgress(text: string): Promise<void> {
    const age = this.#age();
    if (!isTokenAlive(age)) return;
    const content = fit(age < LONG_WORK_MS ? text : `${LONG_WORK_NOTE}\n${text}`, LIMITS.content);
    const { buttonRow } = this.#options;
    await this.#interaction.editReply({ content, ...(buttonRow && { components: [buttonRow] }) });
  }

  #age(): number {
    return this.#options.app.clock.now() - this.#options.receivedAt;
  }
}

/** Edits the message whose button was pressed. */
function editSource(press: ButtonInteraction, content: MessageContent): Promise<boolean> {
  return reaches(() => press.editReply({ content: null, ...content }));
}

/** Resolves to false when the reply was deleted or its token has expired. */
async function reaches(send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (!isDiscordError(error, REPLY_GONE)) throw error;
    return false;
  }
}

/** Must come before a private follow-up, since the first follow-up replaces a deferred reply and is as public. */
async function deleteReply(interaction: RepliableInteraction): Promise<void> {
  try {
    await interaction.deleteReply();
  } catch (error) {
    if (!isDiscordError(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
  }
}
