import type { z } from 'zod';
import { fromRow, hasExpired, toRow, type Entry } from './backend.ts';
import { openBackend, type BackendOptions, type OpenBackend } from './open-backend.ts';
import { openTable } from './open-table.ts';
import type { SetAside, Table } from './table.ts';
import { valueCodec, type Migrations } from './values.ts';

export interface Store {
  /**
   * @param name lower-case letters, digits and dashes; a name must always be used with the same schema
   * @param version goes up when the schema changes
   * @param migrations the step from each version that may still be stored to the next: `{ 1: (old) => … }`. They run
   *   when a value is read; the next write stores the result. A value that no steps lead to `version` is set aside
   *   (see `SetAside`); one of a newer version stays as it is, and can be neither read nor written.
   */
  table<V>(
    name: string,
    schema: z.ZodType<V>,
    version: number,
    migrations?: Migrations,
    options?: TableOptions,
  ): Table<V>;
  /** All unexpired entries at one moment, in batches, in no order, those that are set aside included. */
  snapshot(): AsyncIterable<readonly Entry[]>;
  /**
   * Replaces the content of the store by these entries, all or nothing.
   * @param when `empty`: only if the store is empty
   * @returns false when it was not
   * @throws Error of the batches, or when a key comes twice; then nothing has changed
   */
  restore(batches: Batches<Entry>, when: 'empty' | 'always'): Promise<boolean>;
  /** Ends within the time limit, also where the store no longer answers. Never throws. */
  close(): Promise<void>;
}

/** Batches of things that together need not fit in memory. */
export type Batches<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>;

interface TableOptions {
  /** What a newer version saved can be made again: it is set aside like what cannot be read. */
  readonly isCache?: boolean;
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
    table(name, schema, version, migrations = {}, { isCache = false } = {}) {
      if (!/^[a-z][a-z0-9-]*$/.test(name))
        throw new Error(`expected a table's name of a to z, 0 to 9 and dashes, got "${name}"`);
      return openTable(backend, name, valueCodec(schema, { version, migrations, isCache }), {
        now,
        onSetAside,
        isCache,
      });
    },
    snapshot: () => entriesOf(backend, now),
    restore: (batches, when) => replaceAll(backend, batches, { onlyEmpty: when === 'empty', now }),
    close: () => backend.close(),
  };
}

async function* entriesOf(backend: OpenBackend, now: () => number): AsyncGenerator<readonly Entry[]> {
  const { next, close } = await backend.snapshot();
  try {
    for (let rows = await next(); rows.length > 0; rows = await next()) {
      const entries = rows.map(({ key, row }): Entry => Object.assign(fromRow(row), { key }));
      yield entries.filter(({ expires }) => !hasExpired(expires, now()));
    }
  } finally {
    await close();
  }
}

async function replaceAll(
  backend: OpenBackend,
  batches: Batches<Entry>,
  { onlyEmpty, now }: { readonly onlyEmpty: boolean; readonly now: () => number },
): Promise<boolean> {
  const replacement = await backend.beginReplacement(onlyEmpty);
  if (replacement === undefined) return false;
  try {
    for await (const entries of batches) {
      const live = entries.filter(({ expires }) => !hasExpired(expires, now()));
      await replacement.add(live.map(({ key, text, expires }) => ({ key, row: toRow(text, expires) })));
    }
    const isDone = await replacement.commit();
    if (!isDone) await replacement.abort();
    return isDone;
  } catch (error) {
    // The first error is the one to report; a connection that is lost has ended the work anyway.
    await replacement.abort().catch(() => {});
    throw error;
  }
}
