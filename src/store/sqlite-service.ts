// Runs on the thread of the file.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Listed, StoredRow } from './backend.ts';
import { openSqliteFile, type SqliteFile } from './sqlite-file.ts';
import { primaryCode, whileLocked } from './sqlite-waiting.ts';

/** SQLite's code for a disk that fails. */
const SQLITE_IOERR = 10;

const PAGE = 2_000; // keys
const [BATCH_ROWS, BATCH_LENGTH] = [1_000, 1 << 20]; // rows, characters

interface Replacing {
  readonly file: SqliteFile;
  readonly now: number;
}

/**
 * What the thread of a file does. The first argument is the moment at which the caller stops waiting (see
 * `monotonicMs`): nothing begins after it. Writes take turns; reads go on while a write waits for the file's lock.
 */
export class SqliteService {
  readonly #path: string;
  readonly #file: SqliteFile;
  #lastWrite: Promise<unknown> = Promise.resolve();
  readonly #snapshots = new Map<number, { readonly file: SqliteFile; readonly rows: Iterator<StoredRow> }>();
  readonly #replacements = new Map<number, Replacing>();
  #opened = 0;

  static async open(path: string, deadline: number): Promise<SqliteService> {
    return new SqliteService(path, await openSqliteFile(path, deadline));
  }

  private constructor(path: string, file: SqliteFile) {
    this.#path = path;
    this.#file = file;
  }

  get(deadline: number, key: string): Promise<string | undefined> {
    return whileLocked(deadline, () => this.#file.get(key));
  }

  set(deadline: number, key: string, row: string): Promise<void> {
    return this.#write(deadline, () => this.#file.put(key, row));
  }

  delete(deadline: number, key: string): Promise<boolean> {
    return this.#write(deadline, () => this.#file.delete(key));
  }

  clear(deadline: number): Promise<void> {
    return this.#write(deadline, () => void this.#file.statements.clear.run());
  }

  /** See `Backend.swap`. @param now milliseconds since 1970: what has expired then is deleted too */
  swap(deadline: number, now: number, change: SqliteSwap): Promise<boolean> {
    const { key, old, next, aside } = change;
    const file = this.#file;
    return this.#write(deadline, () =>
      file.transaction(() => {
        if (file.get(key) !== old) return false;
        if (aside) file.put(aside.key, aside.row, 'putNew');
        file.statements.sweep.run(now);
        if (next === undefined) file.delete(key);
        else file.put(key, next);
        return true;
      }),
    );
  }

  /** One page, ascending; an empty or short one is the last. */
  list(deadline: number, space: string, prefix: string, after?: string): Promise<PageOfKeys> {
    return whileLocked(deadline, () => {
      const keys = this.#file.list(space, prefix, after, PAGE);
      return { keys, isLast: keys.length < PAGE };
    });
  }

  search(deadline: number, space: string, part: string): Promise<readonly string[]> {
    return whileLocked(deadline, () => this.#file.search(space, part));
  }

  /** @returns the id of a snapshot, which has a connection of its own */
  async openSnapshot(deadline: number): Promise<number> {
    const file = await openSqliteFile(this.#path, deadline);
    return this.#keep(this.#snapshots, { file, rows: file.rows() });
  }

  /** The next rows; none: all have been read. */
  readSnapshot(_deadline: number, id: number): readonly StoredRow[] {
    const { rows } = found(this.#snapshots, id);
    const batch: StoredRow[] = [];
    for (let length = 0; length < BATCH_LENGTH && batch.length < BATCH_ROWS;) {
      const { done, value } = rows.next();
      if (done === true) break;
      batch.push(value);
      length += value.key.length + value.row.length;
    }
    return batch;
  }

  closeSnapshot(_deadline: number, id: number): void {
    this.#snapshots.get(id)?.file.db.close();
    this.#snapshots.delete(id);
  }

  /**
   * Begins a transaction on a connection of its own, in which nothing is stored.
   * @returns its id; undefined when something unexpired is stored, and `onlyEmpty`
   */
  async beginReplacement(deadline: number, now: number, onlyEmpty: boolean): Promise<number | undefined> {
    const file = await openSqliteFile(this.#path, deadline);
    try {
      await whileLocked(deadline, () => file.db.exec('BEGIN IMMEDIATE'));
      file.statements.sweep.run(now);
      if (onlyEmpty && file.statements.any.get() !== undefined) {
        file.db.close();
        return undefined;
      }
      file.statements.clear.run();
      return this.#keep(this.#replacements, { file, now });
    } catch (error) {
      file.db.close();
      throw error;
    }
  }

  /** @throws Error when a key comes twice */
  addToReplacement(_deadline: number, id: number, rows: readonly StoredRow[]): void {
    const { file } = found(this.#replacements, id);
    for (const { key, row } of rows) file.put(key, row, 'insert');
  }

  commitReplacement(_deadline: number, id: number): void {
    const { file } = found(this.#replacements, id);
    file.db.exec('COMMIT');
    this.abortReplacement(_deadline, id);
  }

  /** Does nothing after a commit. Closing the connection rolls its transaction back. */
  abortReplacement(_deadline: number, id: number): void {
    this.#replacements.get(id)?.file.db.close();
    this.#replacements.delete(id);
  }

  /** Waits for the writes that have begun. */
  async close(): Promise<void> {
    await this.#lastWrite.catch(() => {});
    for (const { file } of [...this.#snapshots.values(), ...this.#replacements.values()]) file.db.close();
    this.#file.db.close();
  }

  #write<T>(deadline: number, work: () => T): Promise<T> {
    const mine = this.#lastWrite.then(() => whileLocked(deadline, work)).catch((error) => this.#explain(error));
    this.#lastWrite = mine.catch(() => {});
    return mine;
  }

  /** On a full disk SQLite may fail in other ways than by its code for it. */
  #explain(error: unknown): never {
    if (primaryCode(error) === SQLITE_IOERR && statfsSync(dirname(this.#path)).bavail === 0) {
      throw Object.assign(new Error('the disk is full', { cause: error }), { code: 'ENOSPC' });
    }
    throw error;
  }

  #keep<T>(map: Map<number, T>, value: T): number {
    this.#opened += 1;
    map.set(this.#opened, value);
    return this.#opened;
  }
}

export interface SqliteSwap {
  readonly key: string;
  readonly old: string | undefined;
  readonly next: string | undefined;
  readonly aside: StoredRow | undefined;
}

export interface PageOfKeys {
  readonly keys: readonly Listed[];
  readonly isLast: boolean;
}

function found<T>(map: ReadonlyMap<number, T>, id: number): T {
  const value = map.get(id);
  if (value === undefined) throw new Error('the thread of the store has begun anew meanwhile');
  return value;
}
