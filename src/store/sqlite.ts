import type { SQLOutputValue } from 'node:sqlite';
import { transaction } from './sqlite-file.ts';
import type { SqliteFile } from './sqlite-file.ts';

interface Row {
  readonly text: string;
  /** Milliseconds since 1970 by the file's clock; null: never. */
  readonly expires: number | null;
}

/** Which texts of a namespace cannot be read: they are set aside before anything takes their place. */
interface Guard {
  unreadable(text: string): string | undefined;
  /** Called after the text has been set aside. */
  report(key: string, reason: string): void;
}

/**
 * A namespace of the file, for texts, in the shape that Keyv 5 wants of a store. Times to live are kept
 * here, by the file's clock. Errors are thrown, never emitted.
 */
export class SqliteAdapter {
  readonly opts = { dialect: 'sqlite' }; // Keyv iterates only over dialects that it knows
  readonly namespace: string;
  readonly #file: SqliteFile;
  readonly #guard: Guard;

  constructor(file: SqliteFile, namespace: string, guard: Guard) {
    this.#file = file;
    this.namespace = namespace;
    this.#guard = guard;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#row(key)?.text;
  }

  /** @param ttl milliseconds */
  async set(key: string, text: string, ttl?: number): Promise<void> {
    const expires = ttl === undefined ? null : this.#file.now() + ttl;
    this.#replace(key, () => ({ text, expires }));
  }

  /**
   * Reads and writes in one transaction; the new text keeps the time to live that the old one has left.
   * What `change` throws leaves everything as it was.
   * @returns the value that `change` gave beside its text
   */
  async update<V>(key: string, change: (old: string | undefined) => { text: string; value: V }): Promise<V> {
    return this.#replace(key, (old) => ({ ...change(old?.text), expires: old?.expires ?? null })).value;
  }

  async delete(key: string): Promise<boolean> {
    return this.#file.statements.delete.run(this.namespace, key, this.#file.now()).changes === 1;
  }

  async clear(): Promise<void> {
    this.#file.statements.clear.run(this.namespace);
  }

  /** Ascending. */
  keys(): string[] {
    return this.#file.statements.keys.all(this.namespace, this.#file.now()).map((row) => asText(row['key']));
  }

  async *iterator(): AsyncGenerator<[key: string, text: string | undefined], void> {
    for (const key of this.keys()) yield [key, this.#row(key)?.text];
  }

  /** Moves a text to the namespace `aside:…`, where it stays, unless another has taken its place since it was read. */
  setAside(key: string, text: string, reason: string): void {
    const { changes } = this.#file.statements.setAside.run(this.namespace, key, text);
    if (changes === 1) this.#guard.report(key, reason);
  }

  aside(key: string): string[] {
    return this.#file.statements.aside.all(this.namespace, `${key}@`).map((row) => asText(row['value']));
  }

  forget(key: string): void {
    const { db, statements, now } = this.#file;
    transaction(db, () => {
      statements.delete.run(this.namespace, key, now());
      statements.forgetAside.run(this.namespace, `${key}@`);
    });
  }

  #row(key: string): Row | undefined {
    const row = this.#file.statements.get.get(this.namespace, key, this.#file.now());
    return row && { text: asText(row['value']), expires: row['expires'] === null ? null : Number(row['expires']) };
  }

  #replace<R extends Row>(key: string, next: (old: Row | undefined) => R): R {
    const {
      db,
      statements: { setAside, sweep, put },
      now,
    } = this.#file;
    const done = transaction(db, () => {
      const old = this.#row(key);
      const reason = old && this.#guard.unreadable(old.text);
      if (old && reason !== undefined) setAside.run(this.namespace, key, old.text);
      const row = next(reason === undefined ? old : undefined);
      sweep.run(now());
      put.run(this.namespace, key, row.text, row.expires);
      return { row, reason };
    });
    if (done.reason !== undefined) this.#guard.report(key, done.reason);
    return done.row;
  }
}

function asText(column: SQLOutputValue | undefined): string {
  if (typeof column === 'string') return column;
  throw new Error(`expected a text from the database, got ${typeof column}`);
}
