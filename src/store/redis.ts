import KeyvRedis, { createClient } from '@keyv/redis';
import { fromRow, HEAD_LENGTH, NAMESPACE, type Backend, type Listed, type Row } from './backend.ts';
import { within } from './within.ts';

/** Below it lie all keys of ours, in a database that others may use too. */
const PREFIX = `${NAMESPACE}:`;

/** Expiry is ours to decide; the server removes what has expired for so long that no clock can differ about it. */
const SLACK = 24 * 60 * 60 * 1000; // ms

// A script runs with nothing beside it. '' stands for no row.
const SWAP = `
  if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
  if ARGV[4] ~= '' then redis.call('SET', KEYS[2], ARGV[4], 'NX') end
  if ARGV[2] == '' then redis.call('DEL', KEYS[1])
  elseif ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
  else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
  return 1`;

const SNAPSHOT = `
  local rows = {}
  for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
    rows[#rows + 1] = key
    rows[#rows + 1] = redis.call('GET', key)
  end
  return rows`;

const REPLACE_ALL = `
  local there = redis.call('KEYS', ARGV[1])
  if ARGV[2] ~= '' then
    for _, key in ipairs(there) do
      local expires = tonumber(string.match(redis.call('GET', key), '^(%d+)|'))
      if expires == nil or expires > tonumber(ARGV[3]) then return 0 end
    end
  end
  for _, key in ipairs(there) do redis.call('DEL', key) end
  for i = 4, #ARGV, 3 do
    if ARGV[i + 2] == '' then redis.call('SET', ARGV[i], ARGV[i + 1])
    else redis.call('SET', ARGV[i], ARGV[i + 1], 'PX', ARGV[i + 2]) end
  end
  return 1`;

type Client = ReturnType<typeof connectionTo>['client'];

/** @throws Error when the server does not answer */
export async function openRedis(url: string, now: () => number, timeLimit: number): Promise<Backend> {
  const connection = connectionTo(url, timeLimit);
  const { client } = connection;
  await connection.open();
  const lifetime = (row: string): string => {
    const { expires } = fromRow(row);
    return expires === undefined ? '' : String(Math.max(1, Math.ceil(expires - now()) + SLACK));
  };
  return {
    adapter: new KeyvRedis(client, { namespace: NAMESPACE, keyPrefixSeparator: ':', throwOnErrors: true }),
    async swap(key, old = '', next = '', aside) {
      const keys = [PREFIX + key, ...(aside ? [PREFIX + aside.key] : [])];
      const swapped = await client.eval(SWAP, { keys, arguments: [old, next, lifetime(next), aside?.row ?? ''] });
      return swapped === 1;
    },
    list: (space) => list(client, `${PREFIX}${space}/`),
    async snapshot() {
      const flat = texts(await client.eval(SNAPSHOT, { arguments: [`${PREFIX}*`] }));
      return Array.from({ length: flat.length / 2 }, (_, i): Row => ({
        key: flat[2 * i]!.slice(PREFIX.length),
        row: flat[2 * i + 1]!,
      }));
    },
    async replaceAll(rows, onlyEmpty) {
      const fields = rows.flatMap(({ key, row }) => [PREFIX + key, row, lifetime(row)]);
      const head = [`${PREFIX}*`, onlyEmpty ? 'only' : '', String(now())];
      return (await client.eval(REPLACE_ALL, { arguments: [...head, ...fields] })) === 1;
    },
    reconnect: () => connection.reconnect(),
    close: () => connection.close(),
  };
}

/**
 * A command fails at once while there is no connection; what else fails concerns none. A connection that
 * is lost is sought again for ever, also when a server takes it and says nothing; but the first must come
 * at once.
 */
function connectionTo(url: string, timeLimit: number) {
  let wasOpen = false;
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: timeLimit,
      reconnectStrategy: (retries) => wasOpen && Math.min(2 ** retries * 50, 2_000), // ms
    },
  });
  const reconnect = (): void => {
    if (client.isOpen) client.destroy();
    client.connect().catch(() => {});
  };
  let greeting: NodeJS.Timeout | undefined;
  client.on('connect', () => {
    clearTimeout(greeting);
    greeting = setTimeout(() => wasOpen && reconnect(), timeLimit);
  });
  for (const event of ['ready', 'end', 'error']) client.on(event, () => clearTimeout(greeting));
  return {
    client,
    reconnect,
    async open() {
      await within(timeLimit, client.connect(), () => client.destroy());
      wasOpen = true;
    },
    async close() {
      wasOpen = false;
      if (client.isReady) await client.close();
      else if (client.isOpen) client.destroy();
    },
  };
}

async function list(client: Client, prefix: string): Promise<readonly Listed[]> {
  const found = new Map<string, number | undefined>(); // SCAN may name a key twice
  for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
    const heads = await Promise.all(keys.map((key) => client.getRange(key, 0, HEAD_LENGTH - 1)));
    for (const [i, key] of keys.entries()) {
      if (heads[i] !== '') found.set(key.slice(prefix.length), fromRow(heads[i]!).expires);
    }
  }
  return Array.from(found, ([key, expires]) => ({ key, expires }));
}

function texts(reply: unknown): string[] {
  if (Array.isArray(reply) && reply.every((one) => typeof one === 'string')) return reply;
  throw new Error('expected a list of texts from Redis');
}
