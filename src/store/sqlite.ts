import type { SQLOutputValue } from 'node:sqlite';
import { fromRow, toRow, type Adapter, type Backend, type Listed, type Row } from './backend.ts';
import { openSqliteFile, transaction, type SqliteFile } from './sqlite-file.ts';

/** @throws UserError when there can be no database at that path */
export async function openSqlite(path: string, now: () => number): Promise<Backend> {
  const file = await openSqliteFile(path, now);
  const adapter = new SqliteAdapter(file);
  return {
    adapter,
    swap: async (key, old, next, aside) => swap(file, adapter, { key, old, next, aside }),
    list: async (space) =>
      file.statements.list.all(space).map((columns): Listed => ({
        key: asText(columns['key']),
        expires: asTime(columns['expires']),
      })),
    snapshot: async () =>
      file.statements.all.all().map((columns): Row => ({
        key: `${asText(columns['namespace'])}/${asText(columns['key'])}`,
        row: rowOf(columns),
      })),
    replaceAll: async (rows, onlyEmpty) => replaceAll(file, adapter, rows, onlyEmpty),
    async close() {
      file.db.close();
    },
  };
}

/**
 * Keyv's stores have a key and a text; the file has the namespace before the key's first slash, and the
 * time of expiry, in columns of their own. Errors are thrown, never emitted.
 */
class SqliteAdapter implements Adapter {
  readonly opts = { dialect: 'sqlite' };
  namespace?: string; // Keyv sets it
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async get(key: string): Promise<string | undefined> {
    return this.row(key);
  }

  async set(key: string, row: string): Promise<void> {
    this.put(key, row);
  }

  async delete(key: string): Promise<boolean> {
    return this.#file.statements.delete.run(...columnsOf(key)).changes === 1;
  }

  async clear(): Promise<void> {
    this.#file.statements.clear.run();
  }

  row(key: string): string | undefined {
    const columns = this.#file.statements.get.get(...columnsOf(key));
    return columns && rowOf(columns);
  }

  put(key: string, row: string, statement: 'put' | 'putNew' = 'put'): void {
    const { text, expires } = fromRow(row);
    this.#file.statements[statement].run(...columnsOf(key), text, expires ?? null);
  }
}

interface Swap {
  readonly key: string;
  readonly old: string | undefined;
  readonly next: string | undefined;
  readonly aside: Row | undefined;
}

const swap = ({ db, statements, now }: SqliteFile, adapter: SqliteAdapter, { key, old, next, aside }: Swap): boolean =>
  transaction(db, () => {
    if (adapter.row(key) !== old) return false;
    if (aside) adapter.put(aside.key, aside.row, 'putNew');
    statements.sweep.run(now());
    if (next === undefined) statements.delete.run(...columnsOf(key));
    else adapter.put(key, next);
    return true;
  });

const replaceAll = (
  { db, statements, now }: SqliteFile,
  adapter: SqliteAdapter,
  rows: readonly Row[],
  onlyEmpty: boolean,
): boolean =>
  transaction(db, () => {
    statements.sweep.run(now());
    if (onlyEmpty && statements.any.get() !== undefined) return false;
    statements.clear.run();
    for (const { key, row } of rows) adapter.put(key, row);
    return true;
  });

function columnsOf(key: string): [namespace: string, key: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

type Columns = Readonly<Record<string, SQLOutputValue>>;

const rowOf = (columns: Columns): string => toRow(asText(columns['value']), asTime(columns['expires']));

const asTime = (column: SQLOutputValue | undefined): number | undefined =>
  column === null ? undefined : Math.ceil(Number(column));

function asText(column: SQLOutputValue | undefined): string {
  if (typeof column === 'string') return column;
  throw new Error(`expected a text from the database, got ${typeof column}`);
}
