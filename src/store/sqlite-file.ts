// Runs on the thread of the file (see sqlite-thread.ts): every call here waits for the disk.
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { fromRow, keyAfter, toRow, type Listed, type StoredRow } from './backend.ts';
import { isLocked, monotonicMs } from './sqlite-waiting.ts';

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires REAL,
    UNIQUE (namespace, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS expiring ON entries (expires) WHERE expires IS NOT NULL;`;

const PUT = 'INSERT INTO entries (namespace, key, value, expires) VALUES (?, ?, ?, ?)';

function prepareStatements(db: DatabaseSync) {
  return {
    get: db.prepare('SELECT value, expires FROM entries WHERE namespace = ? AND key = ?'),
    put: db.prepare(`${PUT}
    ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires = excluded.expires`),
    putNew: db.prepare(`${PUT} ON CONFLICT (namespace, key) DO NOTHING`),
    insert: db.prepare(PUT),
    delete: db.prepare('DELETE FROM entries WHERE namespace = ? AND key = ?'),
    list: db.prepare(
      'SELECT key, expires FROM entries WHERE namespace = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
    ),
    search: db.prepare('SELECT key FROM entries WHERE namespace = ? AND instr(value, ?) > 0'),
    all: db.prepare('SELECT namespace, key, value, expires FROM entries'),
    any: db.prepare('SELECT 1 FROM entries LIMIT 1'),
    sweep: db.prepare('DELETE FROM entries WHERE expires <= ?'),
    clear: db.prepare('DELETE FROM entries'),
  };
}

/** Above every text. */
const ABOVE_ALL = new Uint8Array();

/**
 * A connection to a file. Its one table holds texts by namespace (the part of a key before its first slash) and key;
 * times of expiry are milliseconds since 1970. Every call ends at once: where another connection has the lock it
 * throws (see `isLocked`).
 */
export class SqliteFile {
  readonly db: DatabaseSync;
  readonly statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.db = db;
    this.statements = prepareStatements(db);
  }

  get(key: string): string | undefined {
    const columns = this.statements.get.get(...columnsOf(key));
    return columns && rowOf(columns);
  }

  put(key: string, row: string, statement: 'put' | 'putNew' | 'insert' = 'put'): void {
    const { text, expires } = fromRow(row);
    this.statements[statement].run(...columnsOf(key), text, expires ?? null);
  }

  delete(key: string): boolean {
    return this.statements.delete.run(...columnsOf(key)).changes === 1;
  }

  /** At most `limit` keys, ascending by their bytes. @param after the last key of the page before */
  list(space: string, prefix: string, after: string | undefined, limit: number): Listed[] {
    const from = after === undefined ? prefix : `${after}\0`; // no key holds it
    return this.statements.list.all(space, from, keyAfter(prefix) ?? ABOVE_ALL, limit).map((columns) => ({
      key: asText(columns['key']),
      expires: asTime(columns['expires']),
    }));
  }

  search(space: string, part: string): string[] {
    return this.statements.search.all(space, part).map((columns) => asText(columns['key']));
  }

  /** IMMEDIATE takes the write lock before the first read, so writers queue and none works on a stale value. */
  transaction<T>(body: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /** All rows at the moment of the first. The connection must serve nothing else meanwhile. */
  *rows(): Generator<StoredRow> {
    for (const columns of this.statements.all.iterate()) {
      yield { key: `${asText(columns['namespace'])}/${asText(columns['key'])}`, row: rowOf(columns) };
    }
  }
}

/**
 * Opens a file, and creates it if it is missing.
 *
 * WAL lets readers and a writer work at the same time. With synchronous=FULL an acknowledged write survives a power
 * cut, not only SIGKILL. It takes 0.9 ms a write instead of 0.02, and the bot writes little.
 *
 * @param deadline see `monotonicMs`; until then it waits for others who open the file
 * @throws Error when there can be no database at that path
 */
export async function openSqliteFile(path: string, deadline: number): Promise<SqliteFile> {
  const db = new DatabaseSync(path, { timeout: 0 });
  for (;;) {
    try {
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${LAYOUT}`);
      return new SqliteFile(db);
    } catch (error) {
      if (!isLocked(error) || monotonicMs() >= deadline) {
        db.close();
        throw error;
      }
    }
    await setTimeout(20); // ms
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
