import {
  MessageFlags,
  RESTJSONErrorCodes,
  type APIActionRowComponent,
  type APIButtonComponent,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import { describeError, GONE, isDiscordError } from './faults.ts';
import { fit, LIMITS } from './limits.ts';
import { createProgress } from './progress.ts';
import { sendInstead } from './late.ts';
import type { OwnMessenger } from './messenger.ts';
import { inPrivate, type MessageContent } from './render.ts';

export type Asking = ChatInputCommandInteraction | ButtonInteraction;

/** An interaction's token is good for 15 minutes from Discord's clock; ours starts when it arrives. */
const TOKEN_LIFE_MS = 14.5 * 60_000;

/** @param ageMs since the interaction arrived */
export function isTokenAlive(ageMs: number): boolean {
  return ageMs < TOKEN_LIFE_MS;
}

/** Progress shown after this may be the last that can be shown, so it says where to look. */
const LONG_MS = 12 * 60_000;
const BEGUN = 'Working on it.';
const LONG_NOTE = 'This takes long: if the answer does not appear here, it comes as a message.';

/** One deferred answer, until it is given. */
export interface Answer {
  readonly progress: (text: string) => void;
  /**
   * Shows the answer where it was deferred, or by a message when the interaction's token is no good any more.
   * Resolves to false when nobody could be reached.
   */
  give(content: MessageContent): Promise<boolean>;
  /** Shows what went wrong to the person who asked and to nobody else. */
  giveInPrivate(content: MessageContent): Promise<boolean>;
  /** Shows it where the answer was deferred, and nowhere else; at the latest by the token of a press of its button. */
  giveInPlace(content: MessageContent, press: ButtonInteraction): Promise<boolean>;
}

export async function tellInPrivate(interaction: Asking, content: MessageContent): Promise<void> {
  await interaction.reply(inPrivate(content));
}

interface Terms {
  /** Fixed by the deferral. */
  readonly isPublic: boolean;
  /** When the interaction arrived, by the clock. */
  readonly receivedAt: number;
  readonly app: Pick<App, 'clock' | 'members'>;
  readonly messenger: OwnMessenger;
  readonly log: Logger;
  /** The cancel button, shown from the beginning until the answer is there. */
  readonly row?: APIActionRowComponent<APIButtonComponent>;
}

/** @throws DiscordAPIError when Discord does not take the deferral (10062 is a late one) */
export async function deferAnswer(interaction: Asking, terms: Terms): Promise<Answer> {
  const { isPublic, receivedAt, log, row } = terms;
  const { clock } = terms.app;
  await interaction.deferReply(isPublic ? {} : { flags: MessageFlags.Ephemeral });
  const age = (): number => clock.now() - receivedAt;
  const tokenLives = (): boolean => isTokenAlive(age());
  const progress = createProgress({
    show: async (text) => {
      const content = age() < LONG_MS ? text : `${LONG_NOTE}\n${text}`;
      if (!tokenLives()) return;
      await interaction.editReply({ content: fit(content, LIMITS.content), ...(row && { components: [row] }) });
    },
    now: () => clock.now(),
    onFailure: (error) => log.warn({ error: describeError(error) }, 'progress could not be shown'),
  });

  if (row !== undefined) progress.say(BEGUN);

  /** Whether `send` reached Discord; the last progress must be there before, or it would overwrite the answer. */
  async function throughToken(send: () => Promise<unknown>): Promise<boolean> {
    await progress.close();
    if (!tokenLives()) return false;
    try {
      await send();
      return true;
    } catch (error) {
      if (!isDiscordError(error, GONE)) throw error;
      return false;
    }
  }

  const give = async (content: MessageContent): Promise<boolean> =>
    (await throughToken(() => interaction.editReply({ content: null, ...content }))) ||
    sendInstead(interaction, content, terms);

  const followUpInPrivate = async (content: MessageContent): Promise<boolean> =>
    (await throughToken(async () => {
      await deleteDeferred(interaction);
      await interaction.followUp(inPrivate(content));
    })) || sendInstead(interaction, content, { ...terms, isPublic: false });

  const giveInPlace = async (content: MessageContent, press: ButtonInteraction): Promise<boolean> =>
    (await throughToken(() => interaction.editReply({ content: null, ...content }))) || (await editBy(press, content));

  return { progress: progress.say, give, giveInPrivate: isPublic ? followUpInPrivate : give, giveInPlace };
}

/** False when the message is no more. */
async function editBy(press: ButtonInteraction, content: MessageContent): Promise<boolean> {
  try {
    await press.editReply({ content: null, ...content });
    return true;
  } catch (error) {
    if (!isDiscordError(error, GONE)) throw error;
    return false;
  }
}

/** Must come before a private follow-up: a waiting answer's place is taken by the first one, public as it is. */
async function deleteDeferred(interaction: Asking): Promise<void> {
  try {
    await interaction.deleteReply();
  } catch (error) {
    if (!isDiscordError(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
  }
}
