import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import pg from 'pg';
import { programs } from './installed-servers.ts';

/** A server of the test's own on a free port of this machine, with a directory of its own. */
export interface Server {
  /** Without a database. */
  readonly url: string;
  /** Ends it at once and starts it again on the same port and directory. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops the server and removes its files. */
  remove(): Promise<void>;
}

const PASSWORD = 'p@ss/word';
const authority = (user: string, port: number): string => `${user}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`;

/** Every write is in its log before it is acknowledged. */
export async function startRedis(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'tailcap-redis-'));
  const port = await freePort();
  const options = { port, dir: directory, bind: '127.0.0.1', requirepass: PASSWORD, databases: 10_000 };
  const log = { appendonly: 'yes', appendfsync: 'no', save: '' };
  const args = Object.entries({ ...options, ...log }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return serverOf({
    url: `redis://${authority('', port)}`,
    directory,
    run: () => spawn(programs.redis!, args, { stdio: 'ignore' }),
    end: 'SIGKILL',
    reach: async (url) =>
      (
        await createClient({ url, socket: { reconnectStrategy: false } })
          .on('error', () => {})
          .connect()
      ).destroy(),
  });
}

/** It refuses to run as root, who starts it as the account that came with it. */
export async function startPostgres(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), 'tailcap-postgres-'));
  const port = await freePort();
  const account = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  if (account) chownSync(directory, account.uid, account.gid);
  const [data, password] = [join(directory, 'data'), join(directory, 'password')];
  writeFileSync(password, PASSWORD);
  const kind = ['--locale=C', '--encoding=UTF8', '--no-sync', '--auth=scram-sha-256'];
  const making = { ...account, cwd: directory, stdio: 'ignore' } as const;
  execFileSync(programs.initdb!, ['-D', data, '-U', 'postgres', `--pwfile=${password}`, ...kind], making);
  // Its durability is not what is tested, so it need not wait for the disk.
  const args = ['-D', data, '-p', `${port}`, '-k', directory, '-h', '127.0.0.1', '-c', 'fsync=off'];
  return serverOf({
    url: `postgres://${authority('postgres', port)}`,
    directory,
    run: () => spawn(programs.postgres!, args, { ...account, cwd: directory, stdio: 'ignore' }),
    end: 'SIGQUIT',
    async reach(url) {
      const client = new pg.Client(url);
      await client.connect();
      await client.end();
    },
  });
}

const idOf = (what: '-u' | '-g'): number => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));

interface Program {
  readonly url: string;
  readonly directory: string;
  readonly run: () => ChildProcess;
  /** Ends it at once, without any farewell. */
  readonly end: NodeJS.Signals;
  /** Rejects while it is not ready. */
  readonly reach: (url: string) => Promise<void>;
}

async function serverOf({ url, directory, run, end, reach }: Program): Promise<Server> {
  let running: ChildProcess;
  const endNow = (): void => void running.kill(end);
  const server: Server = {
    url,
    async start() {
      running = run();
      await ready(() => reach(url), running);
    },
    async stop() {
      if (running.exitCode !== null || running.signalCode !== null) return;
      endNow();
      await once(running, 'exit');
    },
    async remove() {
      process.off('exit', endNow);
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  process.once('exit', endNow);
  await server.start();
  return server;
}

async function ready(reach: () => Promise<void>, running: ChildProcess): Promise<void> {
  const pause = 20; // ms
  for (let waited = 0; ; waited += pause) {
    try {
      return await reach();
    } catch (error) {
      if (running.exitCode !== null || waited > 20_000) throw error;
      await setTimeout(pause);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}
