import { channelPayload, CHANNEL, textChannel, type Channel, type Permission } from './channels.ts';
import type { Gateway } from './gateway.ts';
import { newSnowflake } from './snowflake.ts';
import type { Disturbance, RouteName, World } from './world.ts';

/** What a test does to Discord and its people. */
export interface Controls {
  /**
   * The next `times` requests of the route are slow, fail and change nothing, or are done while their answer is
   * lost. discord.js itself tries a 5xx four times, and waits for a 429.
   */
  disturb(route: RouteName, disturbance: Disturbance, times?: number): void;
  /** An event of the gateway, whether Discord would send such a one or not. */
  emit(event: string, data: unknown): void;
  /** A frame of the gateway's socket as it is, whether it can be read or not. */
  sendFrame(frame: string | Uint8Array): void;
  /** From now on this person takes no direct messages. */
  closeDirectMessages(userId: string): void;
  openDirectMessages(userId: string): void;
  /**
   * Another channel of the guild: text, unless `type` says otherwise; a thread hangs on its `parentId`.
   * @returns its id
   */
  addChannel(channel?: Partial<Pick<Channel, 'name' | 'type' | 'parentId'>>): string;
  removeChannel(channelId: string): void;
  /** From now on the bot may not do this there, and nothing else is forbidden; answers to interactions go through. */
  forbidChannel(channelId: string, lacks?: readonly Permission[]): void;
  /** From now on this person may not do this there. */
  forbidMember(channelId: string, userId: string, lacks: readonly Permission[]): void;
  /** From now on the bot may do everything there. */
  permitChannel(channelId: string): void;
}

export function createControls(world: World, gateway: Gateway): Controls {
  const { channels } = world;
  /** Does nothing while no bot is there: the next one gets the channel with the guild. */
  function announce(what: 'CREATE' | 'UPDATE' | 'DELETE', channel: Channel): void {
    const subject = channel.type === CHANNEL.thread ? 'THREAD' : 'CHANNEL';
    if (gateway.hasSession) gateway.dispatch(`${subject}_${what}`, channelPayload(world, channel));
  }
  function permit(channelId: string, change: Partial<Channel>): void {
    const channel = channels.get(channelId);
    if (channel?.parentId !== undefined) throw new Error('a thread has the permissions of its channel');
    if (channel === undefined) throw new Error(`there is no channel ${channelId}`);
    const changed = { ...channel, ...change };
    channels.set(channelId, changed);
    announce('UPDATE', changed);
  }
  return {
    disturb(route, disturbance, times = 1) {
      const queue = world.disturbances.get(route) ?? [];
      world.disturbances.set(route, [...queue, ...Array.from({ length: times }, () => disturbance)]);
    },
    emit: (event, data) => gateway.dispatch(event, data),
    sendFrame: (frame) => gateway.sendFrame(frame),
    closeDirectMessages: (userId) => void world.closedToMessages.add(userId),
    openDirectMessages: (userId) => void world.closedToMessages.delete(userId),
    addChannel(about = {}) {
      const channel = { ...textChannel(newSnowflake(), 'another'), ...about };
      channels.set(channel.id, channel);
      announce('CREATE', channel);
      return channel.id;
    },
    removeChannel(channelId) {
      const channel = channels.get(channelId);
      if (channel === undefined || !channels.delete(channelId)) throw new Error(`there is no channel ${channelId}`);
      announce('DELETE', channel);
    },
    forbidChannel: (channelId, lacks = ['SendMessages']) => permit(channelId, { lacks }),
    forbidMember: (channelId, userId, lacks) => permit(channelId, { closedTo: new Map([[userId, lacks]]) }),
    permitChannel: (channelId) => permit(channelId, { lacks: [] }),
  };
}
