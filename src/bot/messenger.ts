import type { Client } from 'discord.js';
import type { App } from '../app.ts';
import type { Delivery, Messenger } from '../text/messenger.ts';
import { describeError } from './faults.ts';
import { renderReply } from './render.ts';

export const createMessenger = ({ client, app }: { client: Client; app: Pick<App, 'log'> }): Messenger => {
  const attempt = async (send: () => Promise<unknown>): Promise<Delivery> => {
    try {
      await send();
      return 'sent';
    } catch (error) {
      app.log.warn({ error: describeError(error) }, 'a message could not be sent');
      return 'failed';
    }
  };
  return {
    post: (channelId, reply, nonce) =>
      attempt(async () => {
        const channel = await client.channels.fetch(channelId);
        if (!channel?.isSendable()) throw new Error('nobody can write in that channel');
        await channel.send({ ...renderReply(reply), nonce, enforceNonce: true });
      }),
    tell: (memberId, reply, nonce) =>
      attempt(() => client.users.send(memberId, { ...renderReply(reply), nonce, enforceNonce: true })),
    lacking: async () => undefined,
  };
};
