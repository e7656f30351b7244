import { createHash } from 'node:crypto';
import { fromRow, hasExpired, toRow } from './backend.ts';
import type { OpenBackend } from './open-backend.ts';

/** The key of a text that is set aside: the cell's key, an @, and a hash of the text, which holds no @. */
export function asideKey(table: string, key: string, text: string): string {
  return `aside:${table}/${key}@${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

const keyOf = (aside: string): string => aside.slice(0, aside.lastIndexOf('@'));

/** The texts of a table that are set aside and have not expired. */
export class AsideTexts {
  readonly #backend: OpenBackend;
  readonly #space: string;
  readonly #now: () => number;

  constructor(backend: OpenBackend, table: string, now: () => number) {
    this.#backend = backend;
    this.#space = `aside:${table}`;
    this.#now = now;
  }

  /** The keys that begin with the prefix and of which texts are set aside, ascending. */
  async keys(prefix: string): Promise<string[]> {
    const listed = await this.#live(prefix);
    return [...new Set(listed.map(keyOf))].filter((key) => key.startsWith(prefix)).sort();
  }

  async texts(key: string): Promise<string[]> {
    const rows = await Promise.all((await this.#keysOf(key)).map((one) => this.#backend.get(one)));
    return rows.filter((row) => row !== undefined).map((row) => fromRow(row).text);
  }

  /** @param change called again where another writer was faster */
  async change(key: string, change: (text: string) => string): Promise<void> {
    for (const one of await this.#keysOf(key)) while (!(await this.#tryToChange(one, change)));
  }

  async #tryToChange(one: string, change: (text: string) => string): Promise<boolean> {
    const row = await this.#backend.get(one);
    if (row === undefined) return true;
    const { text, expires } = fromRow(row);
    return this.#backend.swap(one, row, toRow(change(text), expires));
  }

  async forget(key: string): Promise<void> {
    for (const one of await this.#keysOf(key)) await this.#backend.delete(one);
  }

  /** The backend's keys of the texts of `key`, ascending. */
  async #keysOf(key: string): Promise<string[]> {
    const listed = await this.#live(`${key}@`);
    return listed
      .filter((one) => keyOf(one) === key)
      .map((one) => `${this.#space}/${one}`)
      .sort();
  }

  async #live(prefix: string): Promise<string[]> {
    const listed = await this.#backend.list(this.#space, prefix);
    return listed.filter(({ expires }) => !hasExpired(expires, this.#now())).map(({ key }) => key);
  }
}
