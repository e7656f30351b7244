import type { SQLOutputValue } from 'node:sqlite';
import { fromRow, toRow, type Adapter, type Backend, type Listed, type StoredRow } from './backend.ts';
import { openSqliteFile, transaction, type SqliteFile } from './sqlite-file.ts';

/** @throws UserError when there can be no database at that path */
export async function openSqlite(path: string, now: () => number): Promise<Backend> {
  return new SqliteBackend(await openSqliteFile(path, now));
}

class SqliteBackend implements Backend {
  readonly adapter: SqliteAdapter;
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.adapter = new SqliteAdapter(file);
  }

  async swap(key: string, old: string | undefined, next: string | undefined, aside?: StoredRow): Promise<boolean> {
    const { db, statements, now } = this.#file;
    return transaction(db, () => {
      if (this.adapter.row(key) !== old) return false;
      if (aside) this.adapter.put(aside.key, aside.row, 'putNew');
      statements.sweep.run(now());
      if (next === undefined) statements.delete.run(...columnsOf(key));
      else this.adapter.put(key, next);
      return true;
    });
  }

  async list(space: string): Promise<readonly Listed[]> {
    return this.#file.statements.list.all(space).map((columns) => ({
      key: asText(columns['key']),
      expires: asTime(columns['expires']),
    }));
  }

  async snapshot(): Promise<readonly StoredRow[]> {
    return this.#file.statements.all.all().map((columns) => ({
      key: `${asText(columns['namespace'])}/${asText(columns['key'])}`,
      row: rowOf(columns),
    }));
  }

  async replaceAll(rows: readonly StoredRow[], onlyEmpty: boolean): Promise<boolean> {
    const { db, statements, now } = this.#file;
    return transaction(db, () => {
      statements.sweep.run(now());
      if (onlyEmpty && statements.any.get() !== undefined) return false;
      statements.clear.run();
      for (const { key, row } of rows) this.adapter.put(key, row);
      return true;
    });
  }

  async close(): Promise<void> {
    this.#file.db.close();
  }
}

/**
 * Keyv passes a key and a text. The file has columns for the part of the key before its first slash (the namespace),
 * for the rest of the key, and for the time of expiry. Errors are thrown, never emitted.
 */
class SqliteAdapter implements Adapter {
  readonly opts = { dialect: 'sqlite' };
  /** Set by Keyv. */
  namespace?: string;
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

function columnsOf(key: string): [namespace: string, key: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

type SqliteRow = Readonly<Record<string, SQLOutputValue>>;

const rowOf = (columns: SqliteRow): string => toRow(asText(columns['value']), asTime(columns['expires']));

function asTime(column: SQLOutputValue | undefined): number | undefined {
  return column === null ? undefined : Math.ceil(Number(column));
}

function asText(column: SQLOutputValue | undefined): string {
  if (typeof column === 'string') return column;
  throw new Error(`expected a text from the database, got ${typeof column}`);
}
