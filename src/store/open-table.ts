import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { fromRow, hasExpired, toRow } from './backend.ts';
import type { OpenBackend } from './open-backend.ts';
import type { SetAside, Table } from './table.ts';
import type { Codec } from './values.ts';

interface Around {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onSetAside: (what: SetAside) => void;
}

/** What lies under a key: a row as it is, and what it means. Expired and unreadable values are no values. */
interface Found<V> {
  readonly row?: string;
  readonly value?: V;
  readonly expires?: number;
  readonly text?: string;
  /** Why it cannot be read. */
  readonly unreadable?: string;
}

/** What to write, a text and when it expires; undefined: nothing stays. */
interface Next<R> {
  readonly text?: string;
  readonly expires?: number | undefined;
  readonly result: R;
  /** Even what cannot be read is not kept. */
  readonly forgets?: boolean;
}

/**
 * The one logic of tables, whatever keeps them. Every write compares what it has read with what is there
 * and does it all again when another was faster; a value that cannot be read is set aside by the very
 * write that takes its place.
 */
export function openTable<V>(
  backend: OpenBackend,
  name: string,
  { encode, decode }: Codec<V>,
  around: Around,
): Table<V> {
  const { now, onSetAside } = around;
  const where = (key: string): string => {
    if (key.isWellFormed() && !key.includes('\0')) return `${name}/${key}`;
    throw new Error(`${name}: expected a key that every kind of store can hold, got ${JSON.stringify(key)}`);
  };
  const asideSpace = `aside:${name}`;

  async function find(key: string): Promise<Found<V>> {
    const row = await backend.get(where(key));
    if (row === undefined) return {};
    const { text, expires } = fromRow(row);
    if (hasExpired(expires, now())) return { row };
    const decoded = decode(text);
    if (decoded.unreadable !== undefined) return { row, text, unreadable: decoded.unreadable };
    return { row, text, value: decoded.value, ...(expires !== undefined && { expires }) };
  }

  /** @returns whether nobody else has written since */
  async function swap(key: string, { row, text, unreadable }: Found<V>, next: Next<unknown>): Promise<boolean> {
    const keeps = unreadable !== undefined && next.forgets !== true;
    const aside = keeps ? { key: asideKey(key, text ?? ''), row: toRow(text ?? '') } : undefined;
    const nextRow = next.text === undefined ? undefined : toRow(next.text, next.expires);
    if (row === undefined && nextRow === undefined) return true;
    const swapped = await backend.swap(where(key), row, nextRow, aside);
    if (swapped && keeps) onSetAside({ table: name, key, reason: unreadable });
    return swapped;
  }

  /** `make` may be called more than once; what it throws leaves everything as it was. */
  const write = <R>(key: string, make: (old: Found<V>) => Next<R>): Promise<R> =>
    backend.inTurn(where(key), async () => {
      for (let pause = 0; ; pause += 1) {
        const old = await find(key);
        const next = make(old);
        if (await swap(key, old, next)) return next.result;
        await setTimeout(pause);
        if (pause === MOST_TRIES) throw new Error(`${where(key)}: others wrote it at every one of ${MOST_TRIES} tries`);
      }
    });

  const asideKey = (key: string, text: string): string =>
    `${asideSpace}/${key}@${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

  const asideKeys = async (key: string): Promise<string[]> =>
    (await backend.list(asideSpace))
      .filter((one) => keyOf(one.key) === key)
      .map((one) => `${asideSpace}/${one.key}`)
      .sort();

  const remove = (key: string): Promise<boolean> =>
    write(key, ({ value, unreadable }) => ({
      forgets: true,
      result: value !== undefined || unreadable !== undefined,
    }));

  return {
    async get(key) {
      for (;;) {
        const found = await find(key);
        if (found.unreadable === undefined) return found.value;
        await swap(key, found, { result: undefined });
      }
    },
    async set(key, value, ttl) {
      const text = encode(value, where(key));
      await write(key, () => ({
        text,
        expires: ttl === undefined ? undefined : expiry(where(key), now(), ttl),
        result: undefined,
      }));
    },
    update: (key, change) =>
      write(key, ({ value: old, expires }) => {
        const value = change(old);
        return { text: encode(value, where(key)), expires, result: value };
      }),
    delete: remove,
    keys: async () =>
      (await backend.list(name))
        .filter(({ expires }) => !hasExpired(expires, now()))
        .map(({ key }) => key)
        .sort(),
    async aside(key) {
      const rows = await Promise.all((await asideKeys(key)).map((one) => backend.get(one)));
      return rows.filter((row) => row !== undefined).map((row) => fromRow(row).text);
    },
    asideKeys: async () => [...new Set((await backend.list(asideSpace)).map(({ key }) => keyOf(key)))].sort(),
    async forget(key) {
      await remove(key);
      for (const one of await asideKeys(key)) await backend.delete(one);
    },
  };
}

/** Others must win that many times before a write gives up; with ten processes at one key it takes a few. */
const MOST_TRIES = 100;

function expiry(where: string, now: number, ttl: number): number {
  const expires = Math.ceil(now + ttl);
  if (ttl > 0 && Number.isSafeInteger(expires)) return expires;
  throw new Error(`${where}: expected a time to live above 0 ms, got ${ttl}`);
}

/** What was set aside is under the key, an @, and what tells texts apart, which holds no @. */
const keyOf = (aside: string): string => aside.slice(0, aside.lastIndexOf('@'));
