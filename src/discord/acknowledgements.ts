import { MessageFlags, RESTEvents, RESTJSONErrorCodes, type Client, type RepliableInteraction } from 'discord.js';
import { LRUCache } from 'lru-cache';
import pRetry from 'p-retry';
import { isDiscordError, isTransient } from './discord-errors.ts';
import { ephemeral, type MessageContent } from './render.ts';

/** More are not being responded to at a time. */
const MOST = 1_000;
/** Discord takes a first response for three seconds. */
const AGAIN = { retries: 1, minTimeout: 200 } as const;

const CALLBACK = /^\/interactions\/(\d+)\//;

/**
 * First responses to interactions. Where Discord's answer to one is lost, it is sent again: then "there is a response"
 * means that ours has arrived, not that of another process.
 */
export class Acknowledgements {
  /** Interactions to which discord.js has responded again by itself. */
  readonly #repeated = new LRUCache<string, true>({ max: MOST });

  constructor({ rest }: Pick<Client, 'rest'>) {
    rest.on(RESTEvents.Response, ({ path, retries }) => {
      const id = retries > 0 ? CALLBACK.exec(path)?.[1] : undefined;
      if (id !== undefined) this.#repeated.set(id, true);
    });
  }

  /**
   * Defers the reply. Whether it is public or private cannot be changed later.
   * @throws DiscordAPIError when Discord does not accept the deferral (10062: it came too late; 40060: another process
   *   has responded)
   */
  async defer(interaction: RepliableInteraction, isPublic: boolean): Promise<void> {
    await this.#respond(interaction, () => interaction.deferReply(isPublic ? {} : { flags: MessageFlags.Ephemeral }));
    // discord.js does not know it of one that was repeated, and would edit nothing.
    interaction.deferred = true;
    interaction.ephemeral = !isPublic;
  }

  /** A private reply at once. @throws DiscordAPIError as `defer` does */
  async reply(interaction: RepliableInteraction, content: MessageContent): Promise<void> {
    await this.#respond(interaction, () => interaction.reply(ephemeral(content)));
    interaction.replied = true;
  }

  async #respond({ id }: RepliableInteraction, send: () => Promise<unknown>): Promise<void> {
    let isRepeated = false;
    const once = (attempt: number): Promise<unknown> => {
      isRepeated = attempt > 1;
      return send();
    };
    try {
      await pRetry(once, { ...AGAIN, shouldRetry: ({ error }) => isTransient(error) });
    } catch (error) {
      const isOurs = isRepeated || this.#repeated.has(id);
      if (!isOurs || !isDiscordError(error, [RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged])) throw error;
    }
  }
}
