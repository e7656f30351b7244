import type { z } from 'zod';
import { fromRow, hasExpired, toRow, type Entry } from './backend.ts';
import { openBackend, type BackendOptions } from './open-backend.ts';
import { openTable } from './open-table.ts';
import type { SetAside, Table } from './table.ts';
import { valueCodec, type Migrations } from './values.ts';

export interface Store {
  /**
   * @param name lower-case letters, digits and dashes; a name must always be used with the same schema
   * @param version goes up when the schema changes
   * @param migrations the step from each version that may still be stored to the next: `{ 1: (old) => … }`. They run
   *   when a value is read; the next write stores the result. A value of a newer version, or one that no steps lead to
   *   `version`, is set aside (see `SetAside`).
   */
  table<V>(name: string, schema: z.ZodType<V>, version: number, migrations?: Migrations): Table<V>;
  /** All unexpired entries at one moment, ordered by key, those that are set aside included. */
  snapshot(): Promise<readonly Entry[]>;
  /**
   * Replaces the content of the store by these entries, all or nothing.
   * @param when `empty`: only if the store is empty
   * @returns false when it was not
   */
  restore(entries: readonly Entry[], when: 'empty' | 'always'): Promise<boolean>;
  close(): Promise<void>;
}

interface StoreOptions extends BackendOptions {
  /** Called once for each value that is set aside. */
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
      return openTable(backend, name, valueCodec(schema, version, migrations), { now, onSetAside });
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
