// Reading and writing the whole of a Redis store. What is on its way lies in a list of its own, which is no entry: its
// name does not begin as ours do. A list that a killed process has left goes after an hour, or at the next restore.
import { randomBytes } from 'node:crypto';
import type { createClient } from '@keyv/redis';
import { HOUR_MS } from '../durations.ts';
import { NAMESPACE, nextBatchSize, type Replacement, type Snapshot, type StoredRow } from './backend.ts';

export type Client = ReturnType<typeof createClient>;

/** Begins all our keys, since other programs may use the same database. */
export const PREFIX = `${NAMESPACE}:`;

/** Milliseconds since its last use after which the server removes a list. */
const LIFE = HOUR_MS;

const listName = (what: string): string => `${NAMESPACE}-${what}:${randomBytes(9).toString('base64url')}`;

// Redis runs a script atomically. Keys and rows by turns.
const SNAPSHOT = `
  for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
    redis.call('RPUSH', KEYS[1], key, redis.call('GET', key))
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** The copy takes as much memory of the server as the store, until it has been read. */
export async function openSnapshot(client: Client): Promise<Snapshot> {
  const name = listName('snapshot');
  await client.eval(SNAPSHOT, { keys: [name], arguments: [`${PREFIX}*`, String(LIFE)] });
  let size = nextBatchSize([]);
  return {
    async next() {
      const [flat] = await Promise.all([
        client.lRange(name, 0, 2 * size - 1),
        client.lTrim(name, 2 * size, -1),
        client.pExpire(name, LIFE),
      ]);
      const rows = Array.from({ length: flat.length / 2 }, (_, i): StoredRow => ({
        key: flat[2 * i]!.slice(PREFIX.length),
        row: flat[2 * i + 1]!,
      }));
      size = nextBatchSize(rows);
      return rows;
    },
    async close() {
      await client.unlink(name);
    },
  };
}

const IS_EMPTY = `
  local function isEmpty(keys, now)
    for _, key in ipairs(keys) do
      local expires = tonumber(string.match(redis.call('GETRANGE', key, 0, 16), '^(%d+)|'))
      if expires == nil or expires > now then return false end
    end
    return true
  end`;

const LOOK = `${IS_EMPTY}
  return isEmpty(redis.call('KEYS', ARGV[1]), tonumber(ARGV[2])) and 1 or 0`;

// A server whose memory is full refuses all writes of a script that begins so, but no deletion: the first one comes
// before anything is deleted.
const SWAP_ALL = `${IS_EMPTY}
  if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[3]) then return -1 end
  local there = redis.call('KEYS', ARGV[1])
  if ARGV[2] ~= '' and not isEmpty(there, tonumber(ARGV[2])) then return 0 end
  redis.call('SET', KEYS[2], '', 'PX', 1)
  for _, key in ipairs(there) do redis.call('DEL', key) end
  while true do
    local part = redis.call('LRANGE', KEYS[1], 0, 2999)
    if #part == 0 then return 1 end
    redis.call('LTRIM', KEYS[1], 3000, -1)
    for i = 1, #part, 3 do
      if part[i + 2] == '' then redis.call('SET', part[i], part[i + 1])
      else redis.call('SET', part[i], part[i + 1], 'PX', part[i + 2]) end
    end
  end`;

interface ReplacementOptions {
  /** Replaces only a store that holds nothing unexpired at this time; absent: any. */
  readonly emptyAt: number | undefined;
  /** Milliseconds for which the server keeps a row; empty: for ever. */
  readonly lifetime: (row: string) => string;
}

/** Its rows are put into a list, and all at once into their places: there they are counted, and emptiness judged. */
export async function beginReplacement(
  client: Client,
  { emptyAt, lifetime }: ReplacementOptions,
): Promise<Replacement | undefined> {
  const pattern = `${PREFIX}*`;
  const isEmptyNow = (at: number) => client.eval(LOOK, { arguments: [pattern, String(at)] });
  if (emptyAt !== undefined && (await isEmptyNow(emptyAt)) !== 1) return undefined;
  for await (const left of client.scanIterator({ MATCH: `${NAMESPACE}-restore:*`, COUNT: 1_000 })) {
    if (left.length > 0) await client.unlink(left);
  }
  const name = listName('restore');
  let count = 0;
  return {
    async add(rows) {
      if (rows.length === 0) return;
      const flat = rows.flatMap(({ key, row }) => [PREFIX + key, row, lifetime(row)]);
      count += flat.length;
      await Promise.all([client.rPush(name, flat), client.pExpire(name, LIFE)]);
    },
    async commit() {
      const keys = [name, listName('room')];
      const done = await client.eval(SWAP_ALL, { keys, arguments: [pattern, String(emptyAt ?? ''), String(count)] });
      if (done === -1) throw new Error('another restore has removed what this one had sent; nothing was changed');
      return done === 1;
    },
    async abort() {
      await client.unlink(name);
    },
  };
}
