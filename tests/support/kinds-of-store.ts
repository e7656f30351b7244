import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@keyv/redis';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { fromRow, toRow, type StoredRow } from '../../src/store/backend.ts';
import { temporaryFile } from '../store/fixtures.ts';
import { serverExists, serverPrefix } from './installed-servers.ts';
import { startPostgres, startRedis, type Server } from './servers.ts';

/** A kind of store, with direct access to its rows. */
export interface Kind {
  readonly name: 'sqlite' | 'redis' | 'postgres';
  /** The URL of an empty store that goes when the test ends. */
  readonly fresh: () => Promise<string>;
  readonly rows: (url: string) => Promise<readonly StoredRow[]>;
  /** Writes a row without any check. */
  readonly put: (url: string, key: string, row: string) => Promise<void>;
}

export interface ServerKind extends Kind {
  readonly name: 'redis' | 'postgres';
  readonly server: () => Server;
}

/** The same tests for each kind of store; those whose server is not installed are skipped, saying so. */
export function describeKinds(name: string, body: (kind: Kind) => void): void {
  describe(`sqlite: ${name}`, () => body(sqlite));
  describeServers(name, body);
}

/** One of each for a file of tests, from its first test that needs it. */
const servers = new Map<'redis' | 'postgres', Promise<Server>>();

async function removeServers(): Promise<void> {
  const running = [...servers.values()];
  servers.clear();
  for (const server of running) await (await server).remove();
}

/** The same tests for each kind of store that is a server, or for one of them. */
export function describeServers(
  name: string,
  body: (kind: ServerKind) => void,
  kinds: readonly ServerKind['name'][] = ['redis', 'postgres'],
): void {
  // Of the file, in which several of these may follow each other.
  afterAll(removeServers);
  for (const kind of kinds) {
    describe.skipIf(!serverExists[kind])(`${serverPrefix(kind)}${name}`, () => {
      let server: Server;
      beforeAll(async () => {
        if (!servers.has(kind)) servers.set(kind, kind === 'redis' ? startRedis() : startPostgres());
        server = await servers.get(kind)!;
      });
      body(kind === 'redis' ? redisOn(() => server) : postgresOn(() => server));
    });
  }
}

/** Counts databases, since describes share a server. */
let databases = 0;

const sqlite: Kind = {
  name: 'sqlite',
  fresh: async () => `sqlite:${temporaryFile()}`,
  rows: async (url) =>
    sql(url, "SELECT namespace || '/' || key AS key, value, expires FROM entries").map(({ key, value, expires }) => ({
      key: String(key),
      row: toRow(String(value), expires === null ? undefined : Number(expires)),
    })),
  async put(url, key, row) {
    const { text, expires } = fromRow(row);
    const [namespace = '', ...rest] = key.split('/');
    const statement = 'INSERT OR REPLACE INTO entries (namespace, key, value, expires) VALUES (?, ?, ?, ?)';
    sql(url, statement, namespace, rest.join('/'), text, expires ?? null);
  },
};

/** Reads or changes a file without the store. */
export function sql(url: string, statement: string, ...values: (string | number | null)[]): Record<string, unknown>[] {
  const db = new DatabaseSync(url.replace('sqlite:', ''), { timeout: 5_000 });
  try {
    return db.prepare(statement).all(...values);
  } finally {
    db.close();
  }
}

const openRedis = (url: string) => createClient({ url }).connect();

function redisOn(server: () => Server): ServerKind {
  return {
    name: 'redis',
    server,
    fresh: async () => `${server().url}/${(databases += 1)}`,
    async rows(url) {
      const client = await openRedis(url);
      const keys = await client.keys('tailcap:*');
      const rows = await Promise.all(keys.map((key) => client.get(key)));
      client.destroy();
      return keys.map((key, i) => ({ key: key.replace('tailcap:', ''), row: rows[i] ?? '' }));
    },
    async put(url, key, row) {
      const client = await openRedis(url);
      await client.set(`tailcap:${key}`, row);
      client.destroy();
    },
  };
}

async function runPostgres(url: string, statement: string, values: string[] = []): Promise<StoredRow[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<StoredRow>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

function postgresOn(server: () => Server): ServerKind {
  return {
    name: 'postgres',
    server,
    async fresh() {
      const name = `db${(databases += 1)}`;
      await runPostgres(`${server().url}/postgres`, `CREATE DATABASE ${name}`);
      return `${server().url}/${name}`;
    },
    rows: (url) => runPostgres(url, 'SELECT key, value AS row FROM tailcap'),
    async put(url, key, row) {
      await runPostgres(url, 'INSERT INTO tailcap VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2', [
        key,
        row,
      ]);
    },
  };
}
