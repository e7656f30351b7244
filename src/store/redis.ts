import KeyvRedis, { createClient } from '@keyv/redis';
import { z } from 'zod';
import { DAY_MS } from '../durations.ts';
import {
  fromRow,
  HEAD_LENGTH,
  NAMESPACE,
  type Backend,
  type Listed,
  type Replacement,
  type Snapshot,
  type StoredRow,
} from './backend.ts';
import { beginReplacement, openSnapshot, PREFIX, type Client } from './redis-whole.ts';
import { withTimeLimit } from './time-limit.ts';

/** We decide what has expired. The server removes it only later, so that clocks may differ. */
const SLACK = DAY_MS; // ms

// Redis runs a script atomically. '' stands for no row.
const SWAP = `
  if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
  if ARGV[4] ~= '' then
    if ARGV[5] == '' then redis.call('SET', KEYS[2], ARGV[4], 'NX')
    else redis.call('SET', KEYS[2], ARGV[4], 'NX', 'PX', ARGV[5]) end
  end
  if ARGV[2] == '' then redis.call('DEL', KEYS[1])
  elseif ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
  else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
  return 1`;

// The rows stay on the server: of a thousand servers' records only the names of a few come back.
const WITH_PART = `
  local found = {}
  for _, key in ipairs(KEYS) do
    local row = redis.call('GET', key)
    if row and string.find(row, ARGV[1], 1, true) then found[#found + 1] = key end
  end
  return found`;

/** @throws Error when the server does not answer */
export async function openRedis(url: string, now: () => number, timeLimit: number): Promise<Backend> {
  const connection = new RedisConnection(url, timeLimit);
  await connection.open();
  return new RedisBackend(connection, now);
}

const textsSchema = z.array(z.string());

class RedisBackend implements Backend {
  readonly adapter: KeyvRedis<string>;
  readonly #connection: RedisConnection;
  readonly #client: Client;
  readonly #now: () => number;

  constructor(connection: RedisConnection, now: () => number) {
    this.#connection = connection;
    this.#client = connection.client;
    this.#now = now;
    this.adapter = new KeyvRedis(this.#client, { namespace: NAMESPACE, keyPrefixSeparator: ':', throwOnErrors: true });
  }

  async swap(key: string, old = '', next = '', aside?: StoredRow): Promise<boolean> {
    const keys = [PREFIX + key, ...(aside ? [PREFIX + aside.key] : [])];
    const values = [old, next, this.#lifetime(next), aside?.row ?? '', this.#lifetime(aside?.row ?? '')];
    return (await this.#client.eval(SWAP, { keys, arguments: values })) === 1;
  }

  list(space: string, prefix: string): Promise<readonly Listed[]> {
    return list(this.#client, `${PREFIX}${space}/`, prefix);
  }

  async search(space: string, part: string): Promise<readonly string[]> {
    const start = `${PREFIX}${space}/`;
    const found = new Set<string>(); // SCAN may name a key twice
    for await (const keys of this.#client.scanIterator({ MATCH: `${start}*`, COUNT: 1_000 })) {
      if (keys.length === 0) continue;
      const named = textsSchema.parse(await this.#client.eval(WITH_PART, { keys, arguments: [part] }));
      for (const key of named) found.add(key.slice(start.length));
    }
    return [...found];
  }

  snapshot(): Promise<Snapshot> {
    return openSnapshot(this.#client);
  }

  beginReplacement(onlyEmpty: boolean): Promise<Replacement | undefined> {
    const lifetime = (row: string): string => this.#lifetime(row);
    return beginReplacement(this.#client, { emptyAt: onlyEmpty ? this.#now() : undefined, lifetime });
  }

  reconnect(): void {
    this.#connection.reconnect();
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Milliseconds for which the server keeps the row; empty: for ever. */
  #lifetime(row: string): string {
    const { expires } = fromRow(row);
    return expires === undefined ? '' : String(Math.max(1, Math.ceil(expires - this.#now()) + SLACK));
  }
}

/**
 * A command fails at once while there is no connection; errors outside commands are ignored. A lost connection is
 * reopened again and again, also when a server accepts it and then says nothing. Only the first one must succeed at
 * once.
 */
class RedisConnection {
  readonly client: Client;
  readonly #timeLimit: number;
  #wasOpen = false;
  #greeting: NodeJS.Timeout | undefined;

  constructor(url: string, timeLimit: number) {
    this.#timeLimit = timeLimit;
    this.client = createClient({
      url,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: timeLimit,
        reconnectStrategy: (retries) => this.#wasOpen && Math.min(2 ** retries * 50, 2_000), // ms
      },
    });
    this.client.on('connect', () => this.#awaitGreeting());
    for (const event of ['ready', 'end', 'error']) this.client.on(event, () => clearTimeout(this.#greeting));
  }

  async open(): Promise<void> {
    await withTimeLimit(this.#timeLimit, this.client.connect(), () => this.client.destroy());
    this.#wasOpen = true;
  }

  reconnect(): void {
    if (this.client.isOpen) this.client.destroy();
    this.client.connect().catch(() => {});
  }

  async close(): Promise<void> {
    this.#wasOpen = false;
    if (this.client.isReady) await withTimeLimit(this.#timeLimit, this.client.close(), () => this.client.destroy());
    else if (this.client.isOpen) this.client.destroy();
  }

  #awaitGreeting(): void {
    clearTimeout(this.#greeting);
    this.#greeting = setTimeout(() => this.#wasOpen && this.reconnect(), this.#timeLimit);
  }
}

/** @param start of the keys before what is listed: `tailcap:<space>/` */
async function list(client: Client, start: string, prefix: string): Promise<readonly Listed[]> {
  const found = new Map<string, number | undefined>(); // SCAN may name a key twice
  const pattern = `${(start + prefix).replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}*`;
  for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 1_000 })) {
    const heads = await Promise.all(keys.map((key) => client.getRange(key, 0, HEAD_LENGTH - 1)));
    for (const [i, key] of keys.entries()) {
      if (heads[i] !== '') found.set(key.slice(start.length), fromRow(heads[i]!).expires);
    }
  }
  return Array.from(found, ([key, expires]) => ({ key, expires }));
}
