import type { z } from 'zod';
import { fromRow, hasExpired, toRow, type Entry } from './backend.ts';
import { openBackend, type BackendOptions } from './open-backend.ts';
import { openTable } from './open-table.ts';
import type { SetAside, Table } from './table.ts';
import { codec, type Migrations } from './values.ts';

export interface Store {
  /**
   * @param name lower-case letters, digits and dashes; one name has one schema
   * @param version goes up when the schema changes
   * @param migrations the step from each version that may still be stored to the next: `{ 1: (old) => … }`. They
   *   run on reading, and the next write keeps what they made. Values without a way to `version`, and those
   *   of a newer one, are set aside.
   */
  table<V>(name: string, schema: z.ZodType<V>, version: number, migrations?: Migrations): Table<V>;
  /** Everything of one moment that has not expired, by key, what was set aside included. */
  snapshot(): Promise<readonly Entry[]>;
  /**
   * Puts these entries in the place of everything, all or nothing.
   * @param when `empty`: only when nothing is there
   * @returns false when something was
   */
  restore(entries: readonly Entry[], when: 'empty' | 'always'): Promise<boolean>;
  close(): Promise<void>;
}

interface StoreOptions extends BackendOptions {
  /** Called once for each value that was set aside. It stays in the store, under `aside:` + the table's name. */
  readonly onSetAside?: (what: SetAside) => void;
}

/**
 * @param url `sqlite:` and a path, relative to the working directory; or a `redis:`, `rediss:`, `postgres:` or
 *   `postgresql:` URL
 * @throws UserError when the URL is of another kind, no database can be opened there, or the server does
 *   not answer
 */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  const backend = await openBackend(url, options);
  const { now, onSetAside = () => {} } = options;
  return {
    table(name, schema, version, migrations = {}) {
      if (!/^[a-z][a-z0-9-]*$/.test(name))
        throw new Error(`expected a table's name of a to z, 0 to 9 and dashes, got "${name}"`);
      return openTable(backend, name, codec(schema, version, migrations), { now, onSetAside });
    },
    async snapshot() {
      const entries = (await backend.snapshot()).map(({ key, row }): Entry => Object.assign(fromRow(row), { key }));
      return entries.filter(({ expires }) => !hasExpired(expires, now())).sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    restore(entries, when) {
      const live = entries.filter(({ expires }) => !hasExpired(expires, now()));
      const rows = live.map(({ key, text, expires }) => ({ key, row: toRow(text, expires) }));
      return backend.replaceAll(rows, when === 'empty');
    },
    close: () => backend.close(),
  };
}
