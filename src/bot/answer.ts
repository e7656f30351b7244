import { MessageFlags, RESTJSONErrorCodes, type ButtonInteraction, type ChatInputCommandInteraction } from 'discord.js';
import type { Logger } from 'pino';
import type { Clock } from '../app.ts';
import { CLOSED } from './delivery.ts';
import { describeError, GONE, isDiscordError } from './faults.ts';
import { fit, LIMITS } from './limits.ts';
import { createProgress } from './progress.ts';
import type { MessageContent } from './render.ts';

export type Asking = ChatInputCommandInteraction | ButtonInteraction;

/** An interaction's token is good for 15 minutes from Discord's clock; ours starts when it arrives. */
const TOKEN_LIFE_MS = 14.5 * 60_000;

/** Progress shown after this may be the last that can be shown, so it says where to look. */
const LONG_MS = 12 * 60_000;
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
}

export const tellInPrivate = async (interaction: Asking, content: MessageContent): Promise<void> => {
  await interaction.reply({ ...content, flags: MessageFlags.Ephemeral });
};

interface Terms {
  /** Fixed by the deferral. */
  readonly isPublic: boolean;
  /** When the interaction arrived, by the clock. */
  readonly receivedAt: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** @throws DiscordAPIError when Discord does not take the deferral (10062 is a late one) */
export const deferAnswer = async (interaction: Asking, terms: Terms): Promise<Answer> => {
  const { isPublic, receivedAt, clock, log } = terms;
  await interaction.deferReply(isPublic ? {} : { flags: MessageFlags.Ephemeral });
  const age = (): number => clock.now() - receivedAt;
  const tokenLives = (): boolean => age() < TOKEN_LIFE_MS;
  const progress = createProgress({
    show: async (text) => {
      const content = age() < LONG_MS ? text : `${LONG_NOTE}\n${text}`;
      if (tokenLives()) await interaction.editReply({ content: fit(content, LIMITS.content) });
    },
    now: () => clock.now(),
    onFailure: (error) => log.warn({ error: describeError(error) }, 'progress could not be shown'),
  });

  /** Whether `send` reached Discord; the last progress must be there before, or it would overwrite the answer. */
  const throughToken = async (send: () => Promise<unknown>): Promise<boolean> => {
    await progress.close();
    if (!tokenLives()) return false;
    try {
      await send();
      return true;
    } catch (error) {
      if (!isDiscordError(error, GONE)) throw error;
      return false;
    }
  };

  const give = async (content: MessageContent): Promise<boolean> =>
    (await throughToken(() => interaction.editReply({ content: null, ...content }))) ||
    (isPublic && (await sendToChannel(interaction, content, log))) ||
    sendToMember(interaction, content, log);

  const followUpInPrivate = async (content: MessageContent): Promise<boolean> =>
    (await throughToken(async () => {
      await deleteDeferred(interaction);
      await interaction.followUp({ ...content, flags: MessageFlags.Ephemeral });
    })) || sendToMember(interaction, content, log);

  return { progress: progress.say, give, giveInPrivate: isPublic ? followUpInPrivate : give };
};

/** Must come before a private follow-up: a waiting answer's place is taken by the first one, public as it is. */
const deleteDeferred = async (interaction: Asking): Promise<void> => {
  try {
    await interaction.deleteReply();
  } catch (error) {
    if (!isDiscordError(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
  }
};

const addressed = (interaction: Asking, content: MessageContent) => ({
  ...content,
  content: `<@${interaction.user.id}>`,
  nonce: interaction.id,
  enforceNonce: true,
  allowedMentions: { users: [interaction.user.id] },
});

/** False where the bot may not write, or knows no such channel. */
const sendToChannel = async (interaction: Asking, content: MessageContent, log: Logger): Promise<boolean> => {
  const { channel } = interaction;
  if (channel === null || !channel.isSendable()) return false;
  try {
    await channel.send(addressed(interaction, content));
    return true;
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the answer could not be posted in its channel');
    return false;
  }
};

/** False when the member takes no direct messages. */
const sendToMember = async (interaction: Asking, content: MessageContent, log: Logger): Promise<boolean> => {
  try {
    await interaction.user.send(addressed(interaction, content));
    return true;
  } catch (error) {
    if (!isDiscordError(error, CLOSED)) throw error;
    log.warn('the answer was lost: the member takes no direct messages');
    return false;
  }
};
