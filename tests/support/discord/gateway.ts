import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { botUser, guild } from './payloads.ts';
import { newSnowflake } from './snowflake.ts';
import type { World } from './world.ts';

const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** `Guilds`, and none beside. */
const INTENTS = 1;

const payload = z.object({ op: z.int(), d: z.unknown() });
const identify = z.object({ token: z.string(), intents: z.int() });
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int() });

/**
 * How a connection ends: closed with a code, as Discord does now and then; torn without a word; dead while it looks
 * open; or given up by the bot, because Discord asks it to reconnect or calls its session invalid.
 */
export type Cut = number | 'torn' | 'silent' | 'reconnect' | 'invalid' | 'invalid, resumable';

/** One login. Its events are stored, to be sent again after a resume. */
interface Session {
  readonly id: string;
  readonly events: { readonly t: string; readonly s: number; readonly d: unknown }[];
  socket: WebSocket | undefined;
}

export interface GatewayOptions {
  readonly heartbeatMs: number;
  /** The guild never becomes available, as in an outage. */
  readonly isGuildOut: boolean;
  /** If set, the gateway refuses all logins and closes with this code. */
  readonly refusesWith: number | undefined;
  /** Where to resume. */
  readonly url: () => string;
}

export class Gateway {
  /** Bots that identified themselves, and resumed sessions, so far. */
  readonly counts = { identified: 0, resumed: 0, heartbeats: 0 };
  readonly #world: World;
  readonly #options: GatewayOptions;
  readonly #sockets: WebSocketServer;
  #session: Session | undefined;

  constructor(server: Server, world: World, options: GatewayOptions) {
    this.#world = world;
    this.#options = options;
    this.#sockets = new WebSocketServer({ server, path: '/gateway' });
    this.#sockets.on('connection', (socket) => this.#accept(socket));
  }

  /** Whether there is a session that events reach now or after its resume. */
  get hasSession(): boolean {
    return this.#session !== undefined;
  }

  get isConnected(): boolean {
    return this.#session?.socket !== undefined;
  }

  /** @throws Error when no bot has logged in */
  dispatch(event: string, data: unknown): void {
    if (this.#session === undefined) throw new Error('no bot has logged in to the stand-in');
    emit(this.#session, event, data);
  }

  /** Ends the bot's connection. The events of an invalid session are lost; those of others come after the resume. */
  cut(how: Cut): void {
    const session = this.#session;
    const socket = session?.socket;
    if (session === undefined || socket === undefined) return;
    if (typeof how === 'number') socket.close(how);
    else if (how === 'torn') socket.terminate();
    else if (how === 'silent') {
      socket.removeAllListeners('message');
      session.socket = undefined;
    } else if (how === 'reconnect') send(socket, { op: OP.reconnect });
    else {
      if (how === 'invalid') this.#session = undefined;
      send(socket, { op: OP.invalidSession, d: how !== 'invalid' });
    }
  }

  /** Sends a frame as it is. @throws Error when no bot is connected */
  sendFrame(frame: string | Uint8Array): void {
    if (this.#session?.socket === undefined) throw new Error('no bot is connected to the stand-in');
    this.#session.socket.send(frame);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await new Promise((resolve) => {
      this.#sockets.close(resolve);
    });
  }

  #accept(socket: WebSocket): void {
    send(socket, { op: OP.hello, d: { heartbeat_interval: this.#options.heartbeatMs } });
    socket.on('message', (raw: Buffer) => {
      const { op, d } = payload.parse(JSON.parse(raw.toString()));
      if (op === OP.heartbeat) send(socket, { op: OP.heartbeatAck });
      if (op === OP.heartbeat) this.counts.heartbeats += 1;
      if (op === OP.identify) this.#identify(socket, d);
      if (op === OP.resume) this.#resume(socket, d);
      this.#world.changes.announce();
    });
    socket.on('close', (code) => {
      if (this.#session?.socket !== socket) return;
      this.#session.socket = undefined;
      // A bot that closes with 1000 ends its session; with any other code it may resume.
      if (code === 1000) this.#session = undefined;
      this.#world.changes.announce();
    });
  }

  #identify(socket: WebSocket, data: unknown): void {
    const { refusesWith, isGuildOut, url } = this.#options;
    const { token, intents } = identify.parse(data);
    if (token !== this.#world.identity.token) return socket.close(4004, 'Authentication failed.');
    if (refusesWith !== undefined) return socket.close(refusesWith);
    if (intents !== INTENTS) {
      this.#world.violations.push(`IDENTIFY with intents ${intents}, not ${INTENTS}`);
      return socket.close(4014, 'Disallowed intent(s).');
    }
    this.#session = { id: newSnowflake(), events: [], socket };
    emit(this.#session, 'READY', ready(this.#world, this.#session.id, url()));
    if (!isGuildOut) emit(this.#session, 'GUILD_CREATE', guild(this.#world));
    this.counts.identified += 1;
  }

  #resume(socket: WebSocket, data: unknown): void {
    const { session_id: id, seq } = resume.parse(data);
    const session = this.#session;
    if (session?.id !== id) return send(socket, { op: OP.invalidSession, d: false });
    session.socket = socket;
    for (const event of session.events.slice(seq)) send(socket, { op: OP.dispatch, ...event });
    emit(session, 'RESUMED', {});
    this.counts.resumed += 1;
  }
}

function emit(to: Session, t: string, d: unknown): void {
  const event = { t, s: to.events.length + 1, d };
  to.events.push(event);
  send(to.socket, { op: OP.dispatch, ...event });
}

function send(socket: WebSocket | undefined, data: unknown): void {
  if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(data));
}

function ready({ identity }: World, sessionId: string, url: string) {
  return {
    v: 10,
    user: botUser(identity),
    guilds: [{ id: identity.guildId, unavailable: true }],
    session_id: sessionId,
    resume_gateway_url: url,
    application: { id: identity.applicationId, flags: 0 },
    shard: [0, 1],
  };
}
