import type { Client } from 'discord.js';
import type { App } from '../app.ts';
import type { Messenger } from '../messenger.ts';
import { forgetClosed, rememberClosed } from './closed.ts';
import { CLOSED, createDeliveries, NotSendable, type Deliveries } from './delivery.ts';
import { isDiscordError } from './faults.ts';
import { lackingIn } from './permissions.ts';
import { renderReply } from './render.ts';

/** The messenger that commands and jobs have, and what the bot's own late answers are sent by. */
export type OwnMessenger = Messenger & Deliveries;

interface Means {
  readonly client: Client;
  readonly app: Pick<App, 'marks' | 'members' | 'clock' | 'log'>;
  /** Before the first further try of what could not be sent. */
  readonly pauseMs?: number;
}

export function createMessenger({ client, app, pauseMs }: Means): OwnMessenger {
  const deliveries = createDeliveries({ app, ...(pauseMs !== undefined && { pauseMs }) });
  return {
    ...deliveries,
    async postToChannel(channelId, reply, nonce) {
      const content = renderReply(reply);
      const { delivery } = await deliveries.deliver(nonce, async () => {
        const channel = await client.channels.fetch(channelId);
        if (!channel?.isSendable()) throw new NotSendable('nobody can write in that channel');
        await channel.send({ ...content, nonce, enforceNonce: true });
      });
      return delivery;
    },
    async sendDirectMessage(memberId, reply, nonce) {
      const known = await app.members.find(memberId);
      if (known?.closed?.isTold === false) return 'refused';
      const content = renderReply(reply);
      const { delivery, error } = await deliveries.deliver(nonce, () =>
        client.users.send(memberId, { ...content, nonce, enforceNonce: true }),
      );
      if (isDiscordError(error, CLOSED)) await rememberClosed(app, memberId, { wasKnown: known !== undefined });
      if (delivery === 'sent' && known?.closed !== undefined) await forgetClosed(app, memberId);
      return delivery;
    },
    isInGuild: (guildId) => client.guilds.cache.has(guildId),
    missingPermissions: (guildId, channelId) => lackingIn(client, guildId, channelId),
    guildName: (guildId) => client.guilds.cache.get(guildId)?.name,
  };
}
