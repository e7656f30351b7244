import {
  RESTJSONErrorCodes,
  type APIActionRowComponent,
  type APIButtonComponent,
  type ButtonInteraction,
  type RepliableInteraction,
} from 'discord.js';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import { abortable } from '../async.ts';
import { MINUTE_MS } from '../durations.ts';
import type { Reply } from '../reply.ts';
import { describeError } from '../describe-error.ts';
import { isDiscordError } from './discord-errors.ts';
import { attemptEdit, type Attempted, type BackOff } from './edits.ts';
import { deliverFallback, ELSEWHERE, type FallbackOptions } from './fallback-delivery.ts';
import { fit, LIMITS } from './limits.ts';
import { ProgressMessage } from './progress.ts';
import { ephemeral, type MessageContent, renderReply } from './render.ts';

/** An interaction's token is valid for 15 minutes by Discord's clock. Ours starts when the interaction arrives. */
const TOKEN_LIFE_MS = 14.5 * MINUTE_MS;

/** @param ageMs since the interaction arrived */
export function isTokenAlive(ageMs: number): boolean {
  return ageMs < TOKEN_LIFE_MS;
}

/** After this, progress says that the answer may come as a message, because the token may expire first. */
const LONG_WORK_MS = 12 * MINUTE_MS;
const LONG_WORK_NOTE = 'This is taking a while. If the answer does not appear here, it will arrive as a message.';
const FIRST_PROGRESS = 'Working on it.';

/** As often as a message is tried, for as long as the token may live. */
const NOTE_BACK_OFF = { retries: 5, factor: 3 } as const;

interface DeferredReplyOptions extends FallbackOptions {
  readonly app: Pick<App, 'clock'>;
  readonly log: Logger;
  /** Waited for before anything but an answer is shown. */
  readonly saved: () => Promise<void>;
  /** When the interaction arrived, by the clock. */
  readonly receivedAt: number;
  /** The cancel button, which is shown until the answer comes. */
  readonly buttonRow?: APIActionRowComponent<APIButtonComponent>;
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
      now: () => performance.now(),
      onFailure: (error) => options.log.warn({ error: describeError(error) }, 'progress could not be shown'),
    });
    if (options.buttonRow !== undefined) this.#progress.update(FIRST_PROGRESS);
  }

  /** Shows the answer in the reply or, when the interaction's token has expired, in a message. */
  async send(content: MessageContent): Promise<boolean> {
    const became = await this.#edit(content);
    this.#isShown = became === 'shown';
    return this.#isShown || this.#sendElsewhere(content, became);
  }

  /** Replaces an answer that `send` has shown in the reply. Never rejects. */
  async amend(later: () => Promise<Reply | undefined>, signal: AbortSignal): Promise<void> {
    if (!this.#isShown) return;
    try {
      const reply = await abortable(later(), signal);
      if (reply === undefined || !isTokenAlive(this.#age())) return;
      await this.#interaction.editReply({ ...renderReply(reply), attachments: [] });
    } catch (error) {
      if (!signal.aborted) this.#options.log.warn({ error: describeError(error) }, 'the answer could not be amended');
    }
  }

  /**
   * Shows the content only to the member who made the request. May show it twice where Discord's answer to the first try
   * was lost: webhooks take no nonce, and private messages cannot be listed. That is better than never.
   */
  async sendPrivately(content: MessageContent): Promise<boolean> {
    if (!this.#options.isPublic) return this.send(content);
    const became = await this.#useToken(async () => {
      await deleteReply(this.#interaction);
      await this.#interaction.followUp(ephemeral(content));
    });
    return became === 'shown' || this.#sendElsewhere(content, became, false);
  }

  /** Shows the content in the reply and nowhere else. When its own token has expired, uses that of a button press. */
  async sendInPlace(content: MessageContent, press: ButtonInteraction): Promise<boolean> {
    if ((await this.#edit(content)) === 'shown') return true;
    return (await this.#attempt(() => press.editReply({ content: null, ...content }))) === 'shown';
  }

  #edit(content: MessageContent): Promise<Attempted> {
    return this.#useToken(() => this.#interaction.editReply({ content: null, ...content }));
  }

  /** Waits for the last progress, which would overwrite the answer. */
  async #useToken(send: () => Promise<unknown>): Promise<Attempted> {
    await this.#progress.close();
    return isTokenAlive(this.#age()) ? this.#attempt(send) : 'gone';
  }

  #attempt(send: () => Promise<unknown>, backOff?: BackOff): Promise<Attempted> {
    const { messenger, log } = this.#options;
    const isWorthwhile = (): boolean => isTokenAlive(this.#age());
    return attemptEdit(send, { pauseMs: messenger.pauseMs, log, isWorthwhile, backOff });
  }

  async #sendElsewhere(
    content: MessageContent,
    became: Attempted,
    isPublic = this.#options.isPublic,
  ): Promise<boolean> {
    const { messenger, log } = this.#options;
    const { id, user, channelId } = this.#interaction;
    const asker = { id, memberId: user.id, channelId: channelId ?? undefined };
    const isSent = (await deliverFallback(asker, content, { isPublic, messenger })) === 'sent';
    if (!isSent) log.warn('the answer was lost: the member could not be sent a direct message');
    if (isSent && became === 'unreachable') void this.#noteElsewhere();
    return isSent;
  }

  /** Progress must not stay where the answer never comes. Never rejects. */
  async #noteElsewhere(): Promise<void> {
    try {
      await this.#attempt(() => this.#interaction.editReply(ELSEWHERE), NOTE_BACK_OFF);
    } catch (error) {
      this.#options.log.warn({ error: describeError(error) }, 'progress could not be removed');
    }
  }

  async #showProgress(text: string): Promise<void> {
    const age = this.#age();
    if (!isTokenAlive(age)) return;
    await this.#options.saved();
    const content = fit(age < LONG_WORK_MS ? text : `${LONG_WORK_NOTE}\n${text}`, LIMITS.content);
    const { buttonRow } = this.#options;
    await this.#interaction.editReply({ content, ...(buttonRow && { components: [buttonRow] }) });
  }

  #age(): number {
    return this.#options.app.clock.now() - this.#options.receivedAt;
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
