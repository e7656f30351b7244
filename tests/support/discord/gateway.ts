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
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** `Guilds`, and none beside. */
const INTENTS = 1;

const payload = z.object({ op: z.int(), d: z.unknown() });
const identify = z.object({ token: z.string(), intents: z.int() });
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int() });

/** One login; its events are kept, to be sent again after a resume. */
interface Session {
  readonly id: string;
  readonly events: { readonly t: string; readonly s: number; readonly d: unknown }[];
  socket: WebSocket | undefined;
}

export interface Gateway {
  /** Bots that identified themselves, and resumed sessions, so far. */
  readonly counts: { identified: number; resumed: number; heartbeats: number };
  /** Whether there is a session that events reach now or after its resume. */
  readonly hasSession: boolean;
  readonly isConnected: boolean;
  /** @throws Error when no bot has logged in */
  dispatch(event: string, data: unknown): void;
  /** Closes the bot's connection, as Discord does now and then. */
  disconnect(code: number): void;
  close(): Promise<void>;
}

export interface GatewayTerms {
  readonly heartbeatMs: number;
  /** The guild never becomes available, as in an outage. */
  readonly isGuildOut: boolean;
  /** The gateway lets nobody in, and closes with this code. */
  readonly refusesWith: number | undefined;
  /** Where to resume. */
  readonly url: () => string;
}

export function createGateway(server: Server, world: World, terms: GatewayTerms): Gateway {
  const sockets = new WebSocketServer({ server, path: '/gateway' });
  const counts = { identified: 0, resumed: 0, heartbeats: 0 };
  let session: Session | undefined;

  function emit(to: Session, t: string, d: unknown): void {
    const event = { t, s: to.events.length + 1, d };
    to.events.push(event);
    send(to.socket, { op: OP.dispatch, ...event });
  }

  function logIn(socket: WebSocket, data: unknown): void {
    const { token, intents } = identify.parse(data);
    if (token !== world.identity.token) return socket.close(4004, 'Authentication failed.');
    if (terms.refusesWith !== undefined) return socket.close(terms.refusesWith);
    if (intents !== INTENTS) {
      world.violations.push(`IDENTIFY with intents ${intents}, not ${INTENTS}`);
      return socket.close(4014, 'Disallowed intent(s).');
    }
    session = { id: newSnowflake(), events: [], socket };
    emit(session, 'READY', ready(world, session.id, terms.url()));
    if (!terms.isGuildOut) emit(session, 'GUILD_CREATE', guild(world));
    counts.identified += 1;
  }

  function goOn(socket: WebSocket, data: unknown): void {
    const { session_id: id, seq } = resume.parse(data);
    if (session?.id !== id) return send(socket, { op: OP.invalidSession, d: false });
    session.socket = socket;
    for (const event of session.events.slice(seq)) send(socket, { op: OP.dispatch, ...event });
    emit(session, 'RESUMED', {});
    counts.resumed += 1;
  }

  function beat(socket: WebSocket): void {
    counts.heartbeats += 1;
    send(socket, { op: OP.heartbeatAck });
  }

  sockets.on('connection', (socket) => {
    const answers: Readonly<Record<number, (data: unknown) => void>> = {
      [OP.heartbeat]: () => beat(socket),
      [OP.identify]: (data) => logIn(socket, data),
      [OP.resume]: (data) => goOn(socket, data),
    };
    send(socket, { op: OP.hello, d: { heartbeat_interval: terms.heartbeatMs } });
    socket.on('message', (raw: Buffer) => {
      const { op, d } = payload.parse(JSON.parse(raw.toString()));
      answers[op]?.(d);
      world.changes.announce();
    });
    socket.on('close', (code) => {
      if (session?.socket !== socket) return;
      session.socket = undefined;
      // A bot that closes with 1000 ends its session; with any other code it may resume.
      if (code === 1000) session = undefined;
      world.changes.announce();
    });
  });

  return {
    counts,
    get hasSession() {
      return session !== undefined;
    },
    get isConnected() {
      return session?.socket !== undefined;
    },
    dispatch(event, data) {
      if (session === undefined) throw new Error('no bot has logged in to the stand-in');
      emit(session, event, data);
    },
    disconnect(code) {
      session?.socket?.close(code);
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => {
        sockets.close(resolve);
      });
    },
  };
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
