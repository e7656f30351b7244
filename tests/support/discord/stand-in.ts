/**
 * A stand-in for Discord on loopback: REST and gateway, to which a real discord.js client logs in.
 *
 *   const discord = await startDiscord();
 *   // DISCORD_API_URL=discord.apiUrl, DISCORD_TOKEN=discord.token, DISCORD_APPLICATION_ID=discord.applicationId
 *   await discord.connected();                             // the bot has logged in
 *   const asked = discord.slash('allocate', { loss: '8%', universe: 'sample' });
 *   const { ms, ephemeral } = await asked.acknowledged();
 *   const message = await asked.answer();                  // the first that has an embed: original or follow-up
 *   textOf(message); buttonsOf(message); message.files[0]?.bytes;
 *   const pressed = discord.press(buttonsOf(message)[0]!.customId);
 *   expect(discord.violations).toEqual([]);                // bodies, intents
 *   expect(discord.unknownRequests()).toEqual([]);         // what the stand-in does not know
 *   await discord.close();
 *
 * It outlives bots: stop one, start the next, press a button of the first. Its rules are Discord's:
 * a first answer after 3 s gets 10062, a second one 40060; the token is good for 15 min (then 401, 50027);
 * before the first answer the webhook is unknown (10015), after its deletion the message is (10008);
 * ephemeral or not is fixed by the deferral; the first follow-up takes a deferred answer's place; an answer
 * needs something to see (50006); closed direct channels give 50007, forbidden channels 50013. Every body is held
 * against schemas.ts and, where ../shared is, Discord's OpenAPI document: what fails is refused with
 * 50035 and stays in `violations`. Options of a deployed command are held against it when a test sends them.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { commandData, forgottenMessage, messageWith, TYPES, type OptionValues } from './asking.ts';
import { createGateway, type Gateway, type GatewayTerms } from './gateway.ts';
import { Interaction, type Limits } from './interactions.ts';
import { interactionEvent, type Identity, type Place } from './payloads.ts';
import { createRest } from './rest.ts';
import type { RouteName } from './routes.ts';
import type { DeployedCommand } from './schemas.ts';
import {
  createWorld,
  directChannelFor,
  type Disturbance,
  type PostedMessage,
  type RecordedRequest,
  type World,
} from './world.ts';

export { buttonsOf, textOf } from './messages.ts';

interface Who {
  /** By default `discord.memberId`. */
  readonly userId?: string;
  /** By default `discord.channelId`; another one of the guild is not known to the bot. */
  readonly channelId?: string;
  /** In the direct channel with the bot. */
  readonly isDirect?: boolean;
}

/** What became of an interaction, now and later. */
export type Asked = Readonly<
  Pick<
    Interaction,
    | 'id'
    | 'ack'
    | 'isThinking'
    | 'isDeleted'
    | 'original'
    | 'edits'
    | 'followUps'
    | 'choices'
    | 'acknowledged'
    | 'answer'
    | 'until'
    | 'expire'
  >
>;

export interface Discord extends Identity {
  /** Without version: what DISCORD_API_URL takes. */
  readonly apiUrl: string;
  /** May be changed at any time. */
  readonly limits: Limits;
  readonly counts: Gateway['counts'];
  readonly requests: readonly RecordedRequest[];
  /** Everything that Discord would have refused as badly formed; tests want none. */
  readonly violations: readonly string[];
  /** Messages in channels and direct channels, but for answers. */
  readonly posted: readonly PostedMessage[];
  unknownRequests(): readonly string[];
  /** As last deployed to the guild, or with `global`. */
  deployed(scope?: 'global' | 'guild'): readonly DeployedCommand[];
  /** @throws Error when Discord's client would not send this */
  slash(name: string, options?: OptionValues, who?: Who): Asked;
  /** Asks for choices while `focused`, one of the options, is typed. */
  autocomplete(name: string, options: OptionValues, focused: string, who?: Who): Asked;
  /** @throws Error when no message that this person sees has the button, unless `isUnseen` */
  press(customId: string, who?: Who & { readonly isUnseen?: boolean }): Asked;
  /** The next `times` requests of the route are slow, or fail and change nothing. discord.js tries a 5xx four times. */
  disturb(route: RouteName, disturbance: Disturbance, times?: number): void;
  /** From now on this person takes no direct messages. */
  closeDirectMessages(userId: string): void;
  /** From now on the bot may not write there, but for answers to interactions. */
  forbidChannel(channelId: string): void;
  /** A bot has logged in and has its guild. */
  connected(): Promise<unknown>;
  disconnected(): Promise<unknown>;
  /** Breaks the gateway's connection; with the default code the bot resumes. */
  breakConnection(code?: number): void;
  until<T>(read: () => T | undefined, what: string, withinMs?: number): Promise<T>;
  close(): Promise<void>;
}

export type DiscordOptions = Partial<Limits & Omit<GatewayTerms, 'url'>>;

export const startDiscord = async (options: DiscordOptions = {}): Promise<Discord> => {
  const { ackWithinMs = 3_000, tokenLifeMs = 900_000, heartbeatMs = 45_000, isGuildOut = false } = options;
  const world = createWorld({ ackWithinMs, tokenLifeMs });
  const { changes, identity } = world;
  const host = (): string => `127.0.0.1:${addressOf(server.address()).port}`;
  const gatewayUrl = (): string => `ws://${host()}/gateway`;
  const server = createRest(world, gatewayUrl);
  const gateway = createGateway(server, world, { heartbeatMs, isGuildOut, url: gatewayUrl });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    ...identity,
    ...asking(world, gateway),
    apiUrl: `http://${host()}/api`,
    limits: world.limits,
    counts: gateway.counts,
    requests: world.requests,
    violations: world.violations,
    posted: world.posted,
    unknownRequests: () =>
      world.requests.filter(({ route }) => route === undefined).map(({ method, path }) => `${method} ${path}`),
    deployed: (scope = 'guild') => world.deployed.get(scope === 'global' ? 'global' : identity.guildId) ?? [],
    disturb: (route, disturbance, times = 1) => {
      const queue = world.disturbances.get(route) ?? [];
      world.disturbances.set(route, [...queue, ...Array.from({ length: times }, () => disturbance)]);
    },
    closeDirectMessages: (userId) => void world.closedToMessages.add(userId),
    forbidChannel: (channelId) => void world.forbiddenChannels.add(channelId),
    connected: () => changes.until(() => gateway.isConnected || undefined, 'a bot to log in'),
    disconnected: () => changes.until(() => !gateway.isConnected || undefined, 'the bot to leave'),
    breakConnection: (code = 4000) => gateway.disconnect(code),
    until: (read, what, withinMs) => changes.until(read, what, withinMs),
    close: async () => {
      await gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

const addressOf = (address: AddressInfo | string | null): AddressInfo => {
  if (address === null || typeof address === 'string') throw new Error('the stand-in does not listen');
  return address;
};

const asking = (world: World, gateway: Gateway): Pick<Discord, 'slash' | 'autocomplete' | 'press'> => {
  const { identity } = world;
  const placeOf = ({ userId = identity.memberId, channelId, isDirect = false }: Who): Place => ({
    userId,
    isDirect,
    channelId: channelId ?? (isDirect ? directChannelFor(world, userId) : identity.channelId),
  });
  const ask = (
    kind: Interaction['kind'],
    place: Place,
    particulars: { type: number; data: object; message?: object },
  ): Asked => {
    const asked = new Interaction({ ...place, kind }, world);
    world.interactions.set(asked.token, asked);
    const { id, token } = asked;
    gateway.dispatch('INTERACTION_CREATE', interactionEvent(identity, place, { id, token, ...particulars }));
    return asked;
  };
  return {
    slash: (name, options = {}, who = {}) =>
      ask('slash', placeOf(who), { type: TYPES.command, data: commandData(world, name, options) }),
    autocomplete: (name, options, focused, who = {}) =>
      ask('autocomplete', placeOf(who), {
        type: TYPES.autocomplete,
        data: commandData(world, name, options, focused),
      }),
    press: (customId, { isUnseen = false, ...who } = {}) => {
      const data = { custom_id: customId, component_type: 2 };
      const place = placeOf(who);
      const message = isUnseen ? forgottenMessage(world, place) : messageWith(world, customId, place);
      return ask('press', place, { type: TYPES.component, data, message });
    },
  };
};
