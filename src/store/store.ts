import { resolve } from 'node:path';
import { Keyv } from 'keyv';
import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { openSqliteFile } from './sqlite-file.ts';
import type { SqliteFile } from './sqlite-file.ts';
import { SqliteAdapter } from './sqlite.ts';
import type { SetAside, Table } from './table.ts';
import { codec } from './values.ts';

export interface Store {
  /**
   * @param name lower-case letters, digits and dashes; one name has one schema
   * @param version goes up when the schema changes; values of another version are set aside
   */
  table<V>(name: string, schema: z.ZodType<V>, version: number): Table<V>;
  close(): Promise<void>;
}

interface StoreOptions {
  /** Milliseconds since 1970; times to live follow it. */
  readonly now: () => number;
  /** Called once for each value that was set aside. It stays in the file, in the namespace `aside:` + the table's name. */
  readonly onSetAside?: (what: SetAside) => void;
}

/**
 * @param url `sqlite:` and a path, relative to the working directory
 * @throws UserError when the URL is of another kind, or no database can be opened there
 */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  const file = await openSqliteFile(sqlitePath(url), options.now);
  return {
    table: (name, schema, version) => openTable(file, name, schema, version, options.onSetAside ?? (() => {})),
    close: async () => {
      if (file.db.isOpen) file.db.close();
    },
  };
}

function sqlitePath(url: string): string {
  const path = /^sqlite:(?!\/\/|:)(.+)$/.exec(url)?.[1];
  if (path !== undefined) return resolve(path);
  const shown = url.replace(/\/\/.*@/, '//…@'); // it may hold a password
  const server = /^(rediss?|postgres(ql)?):/.test(url) ? 'Redis and PostgreSQL are not supported yet; ' : '';
  throw new UserError(
    `STORE_URL: ${server}expected sqlite: and the path of a file, as in sqlite:./data/tailcap.sqlite, got "${shown}".`,
  );
}

function openTable<V>(
  file: SqliteFile,
  name: string,
  schema: z.ZodType<V>,
  version: number,
  onSetAside: (what: SetAside) => void,
): Table<V> {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new Error(`expected a table's name of a to z, 0 to 9 and dashes, got "${name}"`);
  const { encode, decode } = codec(schema, version);
  const adapter = new SqliteAdapter(file, name, {
    unreadable: (text) => decode(text).unreadable,
    report: (key, reason) => onSetAside({ table: name, key, reason }),
  });
  const keyv = textKeyv(adapter, name);
  const where = (key: string): string => `${name}/${key}`;
  return {
    async get(key) {
      const text = await keyv.get(key);
      if (text === undefined) return undefined;
      const { value, unreadable } = decode(text);
      if (unreadable !== undefined) adapter.setAside(key, text, unreadable);
      return value;
    },
    async set(key, value, ttl) {
      if (ttl !== undefined && !(ttl > 0))
        throw new Error(`${where(key)}: expected a time to live above 0 ms, got ${ttl}`);
      await keyv.set(key, encode(value, where(key)), ttl);
    },
    update: (key, change) =>
      adapter.update(key, (old) => {
        const value = change(old === undefined ? undefined : decode(old).value);
        return { text: encode(value, where(key)), value };
      }),
    delete: (key) => keyv.delete(key),
    keys: async () => adapter.keys(),
    aside: async (key) => adapter.aside(key),
    forget: async (key) => adapter.forget(key),
  };
}

/**
 * Keyv as a pipe for texts: what it cannot do must throw, not answer false; keys are not prefixed
 * (`prices:x` in the namespace `prices` would meet `x`), and it does not see times to live, which
 * follow our clock and not its own.
 */
const textKeyv = (store: SqliteAdapter, namespace: string): Keyv<string> =>
  new Keyv<string>({
    store,
    namespace,
    useKeyPrefix: false,
    throwOnErrors: true,
    emitErrors: false,
    serialize: ({ value }) => String(value),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- Keyv's type promises any value; ours are texts
    deserialize: <Value>(text: string) => ({ value: text as Value }),
  });
