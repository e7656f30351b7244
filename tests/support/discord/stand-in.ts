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
 *   discord.slash('universe create', { name: 'tech' }, { mayManage: false });
 *   discord.slash('report schedule', { channel: { channel: discord.addChannel() } });
 *   discord.forbidChannel(discord.channelId, ['EmbedLinks']);   // then permitChannel
 *
 * It outlives bots: stop one, start the next, press a button of the first. Its rules are Discord's:
 * a first answer after 3 s gets 10062, a second one 40060; the token is good for 15 min (then 401, 50027);
 * before the first answer the webhook is unknown (10015), after its deletion the message is (10008);
 * ephemeral or not is fixed by the deferral; the first follow-up takes a deferred answer's place; an answer
 * needs something to see (50006); closed direct channels give 50007, channels that the bot does not see 50001, those
 * where it may not write 50013, others 10003; a message with `enforce_nonce` and the nonce of a message of the past
 * few minutes is not posted again; without ReadMessageHistory a channel's last messages are none. Every body is held against schemas.ts and, where ../shared is, Discord's OpenAPI document: what fails is refused with
 * 50035 and stays in `violations`. Options of a deployed command are held against it when a test sends them.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createMemberActions, type MemberActions } from './member-actions.ts';
import { createControls, type Controls } from './controls.ts';
import { Gateway, type Cut, type GatewayOptions } from './gateway.ts';
import type { Limits } from './interactions.ts';
import { createRest } from './rest.ts';
import type { DeployedCommand } from './command-schemas.ts';
import { createWorld, type Identity, type PostedMessage, type RecordedRequest } from './world.ts';

export type { Sender, SentInteraction } from './member-actions.ts';
export { CHANNEL } from './channels.ts';
export type { Cut } from './gateway.ts';
export { buttonsOf, textOf } from './messages.ts';

export interface Discord extends Identity, MemberActions, Controls {
  /** Without version: what DISCORD_API_URL takes. */
  readonly apiUrl: string;
  /** May be changed at any time. */
  readonly limits: Limits;
  readonly counts: Gateway['counts'];
  readonly requests: readonly RecordedRequest[];
  /** Everything that Discord would have refused as badly formed; tests want none. */
  readonly violations: readonly string[];
  /** Messages in channels and direct channels, but for answers. */
  readonly posted: readonly Readonly<PostedMessage>[];
  unknownRequests(): readonly string[];
  /** @throws Error when Discord would have refused something that was sent, or does not know it */
  checkSent(): void;
  /** As last deployed to the guild, or with `global`. */
  deployed(scope?: 'global' | 'guild'): readonly DeployedCommand[];
  /** A bot has logged in and has its guild. */
  connected(): Promise<unknown>;
  disconnected(): Promise<unknown>;
  /** Breaks the gateway's connection; with the default code the bot resumes. */
  breakConnection(how?: Cut): void;
  until<T>(read: () => T | undefined, what: string, withinMs?: number): Promise<T>;
  close(): Promise<void>;
}

export type DiscordOptions = Partial<Limits & Omit<GatewayOptions, 'url'> & { guildName: string }>;

export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const { ackWithinMs = 3_000, tokenLifeMs = 900_000, nonceLifeMs = 300_000, showsNonces = true } = options;
  const { heartbeatMs = 45_000, isGuildOut = false, refusesWith, guildName = 'A guild' } = options;
  const world = createWorld({ ackWithinMs, tokenLifeMs, nonceLifeMs, showsNonces }, guildName);
  const { changes, identity } = world;
  const host = (): string => `127.0.0.1:${addressOf(server.address()).port}`;
  const gatewayUrl = (): string => `ws://${host()}/gateway`;
  const server = createRest(world, gatewayUrl);
  const gateway = new Gateway(server, world, { heartbeatMs, isGuildOut, refusesWith, url: gatewayUrl });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const unknownRequests = (): string[] =>
    world.requests.filter(({ route }) => route === undefined).map(({ method, path }) => `${method} ${path}`);

  return {
    ...identity,
    ...createMemberActions(world, gateway),
    ...createControls(world, gateway),
    apiUrl: `http://${host()}/api`,
    limits: world.limits,
    counts: gateway.counts,
    requests: world.requests,
    violations: world.violations,
    posted: world.posted,
    unknownRequests,
    checkSent() {
      const wrong = [...world.violations, ...unknownRequests()];
      if (wrong.length > 0) throw new Error(`the bot sent what Discord would not take: ${wrong.join('; ')}`);
    },
    deployed: (scope = 'guild') => world.deployed.get(scope === 'global' ? 'global' : identity.guildId) ?? [],
    connected: () => changes.until(() => gateway.isConnected || undefined, 'a bot to log in'),
    disconnected: () => changes.until(() => !gateway.isConnected || undefined, 'the bot to leave'),
    breakConnection: (how = 4000) => gateway.cut(how),
    until: (read, what, withinMs) => changes.until(read, what, withinMs),
    close: async () => {
      await gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the stand-in does not listen');
  return address;
}
