import type { Client, MessageCreateOptions, SendableChannels } from 'discord.js';
import type { App } from '../app.ts';
import { describeError } from '../describe-error.ts';
import type { Delivery, Messenger } from '../messenger.ts';
import { escapedName } from '../names.ts';
import { unlessNewer } from '../newer.ts';
import type { Reply } from '../reply.ts';
import { forgetClosedDms, rememberClosedDms } from './closed-dms.ts';
import { MessageDelivery, NotSendableError, type DeliveryOptions, type DeliveryResult } from './delivery.ts';
import { DMS_CLOSED, isDiscordError } from './discord-errors.ts';
import { missingPermissions } from './permissions.ts';
import { isPosted } from './posted-before.ts';
import { renderReply, type MessageContent } from './render.ts';

/** A message under its nonce. */
type OutgoingMessage = MessageContent & Omit<MessageCreateOptions, 'embeds'> & { readonly nonce: string };

interface MessengerOptions extends DeliveryOptions {
  readonly client: Client;
  readonly app: Pick<App, 'sentMessages' | 'members' | 'clock' | 'log'>;
}

/** Sends the messages of commands and jobs, and the bot's replies that can only be messages. */
export class DiscordMessenger implements Messenger {
  readonly #client: Client;
  readonly #app: MessengerOptions['app'];
  readonly #delivery: MessageDelivery;

  constructor({ client, ...options }: MessengerOptions) {
    this.#client = client;
    this.#app = options.app;
    this.#delivery = new MessageDelivery(options);
  }

  postToChannel(channelId: string, reply: Reply, nonce: string): Promise<Delivery> {
    return this.sendToChannel(channelId, { ...renderReply(reply), nonce, enforceNonce: true });
  }

  async sendDirectMessage(memberId: string, reply: Reply, nonce: string): Promise<Delivery> {
    const known = await unlessNewer(this.#app.members.get(memberId));
    if (known?.closed?.isTold === false) return 'refused';
    return this.sendToMember(memberId, { ...renderReply(reply), nonce, enforceNonce: true });
  }

  /** @param isOwn see `Outgoing` */
  async sendToChannel(channelId: string, message: OutgoingMessage, isOwn = false): Promise<Delivery> {
    return (await this.#deliver(() => this.#channelOf(channelId), message, isOwn)).delivery;
  }

  /**
   * Also tries members whose direct messages are known to be closed. If they still are, the next reply says so.
   * @param isOwn see `Outgoing`
   */
  async sendToMember(memberId: string, message: OutgoingMessage, isOwn = false): Promise<Delivery> {
    const known = await this.#stored(() => this.#app.members.find(memberId));
    const { delivery, error } = await this.#deliver(() => this.#client.users.createDM(memberId), message, isOwn);
    if (isDiscordError(error, DMS_CLOSED)) {
      await this.#stored(() => rememberClosedDms(this.#app, memberId, { wasKnown: known !== undefined }));
    }
    if (delivery === 'sent' && known?.closed !== undefined) {
      await this.#stored(() => forgetClosedDms(this.#app, memberId));
    }
    return delivery;
  }

  /** Whether a message with this nonce is there already, which another process has sent to the member or in the channel. */
  wasSent(nonce: string, memberId: string, channelId?: string): Promise<boolean> {
    const channels = [
      () => this.#client.users.createDM(memberId),
      ...(channelId === undefined ? [] : [() => this.#channelOf(channelId)]),
    ];
    const isThere = (channelOf: () => Promise<SendableChannels>) => async (since: number) =>
      isPosted(await channelOf(), { nonce, embeds: [] }, since);
    return this.#delivery.wasSent(
      nonce,
      channels.map((channelOf) => ({ isThere: isThere(channelOf) })),
    );
  }

  isInGuild(guildId: string): boolean {
    return this.#client.guilds.cache.has(guildId);
  }

  missingPermissions(guildId: string, channelId: string, memberId?: string): Promise<string | undefined> {
    return missingPermissions(this.#client, { guildId, channelId, memberId });
  }

  guildName(guildId: string): string | undefined {
    const guild = this.#client.guilds.cache.get(guildId);
    // A server that is out has none.
    return typeof guild?.name === 'string' ? escapedName(guild.name) : undefined;
  }

  /** Milliseconds before a second attempt. */
  get pauseMs(): number {
    return this.#delivery.pauseMs;
  }

  /** See `MessageDelivery.close`. */
  close(ms: number): Promise<void> {
    return this.#delivery.close(ms);
  }

  async #channelOf(channelId: string): Promise<SendableChannels> {
    const channel = await this.#client.channels.fetch(channelId);
    if (channel?.isSendable()) return channel;
    throw new NotSendableError('nobody can write in that channel');
  }

  #deliver(
    channelOf: () => Promise<SendableChannels>,
    message: OutgoingMessage,
    isOwn: boolean,
  ): Promise<DeliveryResult> {
    return this.#delivery.deliver({
      nonce: message.nonce,
      isOwn,
      send: async () => (await channelOf()).send(message),
      isThere: async (since) => isPosted(await channelOf(), message, since),
    });
  }

  /** What is remembered about a member's direct messages. A message does not depend on it. */
  async #stored<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#app.log.warn({ error: describeError(error) }, 'whether direct messages are closed could not be stored');
      return undefined;
    }
  }
}
