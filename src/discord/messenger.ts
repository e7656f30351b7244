import type { Client, MessageCreateOptions } from 'discord.js';
import type { App } from '../app.ts';
import type { Delivery, Messenger } from '../messenger.ts';
import type { Reply } from '../reply.ts';
import { forgetClosedDms, rememberClosedDms } from './closed-dms.ts';
import { MessageDelivery, NotSendableError, type DeliveryOptions, type DeliveryResult } from './delivery.ts';
import { DMS_CLOSED, isDiscordError } from './discord-errors.ts';
import { missingPermissions } from './permissions.ts';
import { renderReply } from './render.ts';

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

  async postToChannel(channelId: string, reply: Reply, nonce: string): Promise<Delivery> {
    const content = renderReply(reply);
    const { delivery } = await this.deliver(nonce, async () => {
      const channel = await this.#client.channels.fetch(channelId);
      if (!channel?.isSendable()) throw new NotSendableError('nobody can write in that channel');
      await channel.send({ ...content, nonce, enforceNonce: true });
    });
    return delivery;
  }

  async sendDirectMessage(memberId: string, reply: Reply, nonce: string): Promise<Delivery> {
    const { closed } = await this.#app.members.get(memberId);
    if (closed?.isTold === false) return 'refused';
    return this.sendToMember(memberId, { ...renderReply(reply), nonce, enforceNonce: true });
  }

  /** Also tries members whose direct messages are known to be closed. If they still are, the next reply says so. */
  async sendToMember(memberId: string, message: MessageCreateOptions & { readonly nonce: string }): Promise<Delivery> {
    const known = await this.#app.members.find(memberId);
    const { delivery, error } = await this.deliver(message.nonce, () => this.#client.users.send(memberId, message));
    if (isDiscordError(error, DMS_CLOSED)) {
      await rememberClosedDms(this.#app, memberId, { wasKnown: known !== undefined });
    }
    if (delivery === 'sent' && known?.closed !== undefined) await forgetClosedDms(this.#app, memberId);
    return delivery;
  }

  isInGuild(guildId: string): boolean {
    return this.#client.guilds.cache.has(guildId);
  }

  missingPermissions(guildId: string, channelId: string): Promise<string | undefined> {
    return missingPermissions(this.#client, guildId, channelId);
  }

  guildName(guildId: string): string | undefined {
    return this.#client.guilds.cache.get(guildId)?.name;
  }

  /** See `MessageDelivery.deliver`. */
  deliver(nonce: string, send: () => Promise<unknown>): Promise<DeliveryResult> {
    return this.#delivery.deliver(nonce, send);
  }

  /** See `MessageDelivery.close`. */
  close(ms: number): Promise<void> {
    return this.#delivery.close(ms);
  }
}
