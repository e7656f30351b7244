import { setTimeout } from 'node:timers/promises';
import { DAY_MS } from '../durations.ts';
import { SAVED_BY_NEWER, UserError } from '../errors.ts';
import { fromRow, hasExpired, toRow } from './backend.ts';
import { asideKey } from './aside-texts.ts';
import type { OpenBackend } from './open-backend.ts';
import type { SetAside } from './table.ts';
import { withoutIds } from '../describe-error.ts';
import type { ValueCodec } from './values.ts';

export interface TableContext {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onSetAside: (what: SetAside) => void;
  /** Whether its values can be made again. */
  readonly isCache: boolean;
}

/** What is set aside of a cache, for those who want to know why, is kept no longer. */
const CACHE_ASIDE_MS = 90 * DAY_MS;

/** What is stored under a key: the row, and what it decodes to. An expired or unreadable row has no value. */
export interface StoreCell<V> {
  readonly row?: string;
  readonly value?: V;
  readonly expires?: number;
  readonly text?: string;
  /** Why it cannot be read. */
  readonly unreadable?: string;
  /** A newer version of this program saved it, and it stays where it is. */
  readonly isNewer?: boolean;
}

/** The new text of a cell and when it expires; without a text the cell is deleted. */
interface CellChange<R> {
  readonly text?: string;
  readonly expires?: number | undefined;
  readonly result: R;
  /** Deletes an unreadable row instead of setting it aside. */
  readonly forgets?: boolean;
}

interface WriteOptions {
  /** Also changes what a newer version of this program saved. */
  readonly evenNewer?: boolean;
}

/** Attempts after which a write gives up because others always win; ten processes at one key need a few. */
const MAX_ATTEMPTS = 100;

/**
 * The cells of one table. Every write compares the row that it has read with the stored one, and starts over when
 * another writer was faster. An unreadable row is set aside by the same write that replaces it.
 */
export class Cells<V> {
  readonly #backend: OpenBackend;
  readonly #table: string;
  readonly #decode: ValueCodec<V>['decode'];
  readonly #context: TableContext;

  constructor(backend: OpenBackend, table: string, decode: ValueCodec<V>['decode'], context: TableContext) {
    this.#backend = backend;
    this.#table = table;
    this.#decode = decode;
    this.#context = context;
  }

  /**
   * Sets an unreadable row aside first.
   * @throws UserError when a newer version of this program saved it
   */
  async read(key: string): Promise<V | undefined> {
    for (;;) {
      const cell = await this.find(key);
      this.#refuseNewer(cell);
      if (cell.unreadable === undefined) return cell.value;
      await this.#swap(key, cell, { result: undefined });
    }
  }

  /**
   * Atomic. `change` may be called more than once; when it throws, the cell stays as it was.
   * @throws UserError when a newer version of this program saved the cell
   * @throws Error when other writers were faster at every attempt
   */
  write<R>(
    key: string,
    change: (old: StoreCell<V>) => CellChange<R>,
    { evenNewer = false }: WriteOptions = {},
  ): Promise<R> {
    const path = `${this.#table}/${key}`;
    return this.#backend.inTurn(path, async () => {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const old = await this.find(key);
        if (!evenNewer) this.#refuseNewer(old);
        const next = change(old);
        if (await this.#swap(key, old, next)) return next.result;
        await setTimeout(attempt); // ms
      }
      throw new Error(`${withoutIds(path)}: others wrote it at every one of ${MAX_ATTEMPTS} tries`);
    });
  }

  async find(key: string): Promise<StoreCell<V>> {
    const row = await this.#backend.get(`${this.#table}/${key}`);
    if (row === undefined) return {};
    const { text, expires } = fromRow(row);
    if (hasExpired(expires, this.#context.now())) return { row };
    const { value, unreadable, isNewer = false } = this.#decode(text);
    const found = { row, text, ...(expires !== undefined && { expires }) };
    return unreadable === undefined ? { ...found, value } : { ...found, unreadable, isNewer };
  }

  #refuseNewer({ isNewer = false }: StoreCell<V>): void {
    if (!isNewer) return;
    throw new UserError(
      'This was saved by a newer version of this program, which alone can read it; nothing was changed.',
      { code: SAVED_BY_NEWER, data: { table: this.#table } },
    );
  }

  /** @returns false when another writer has changed the cell since it was read */
  async #swap(key: string, old: StoreCell<V>, next: CellChange<unknown>): Promise<boolean> {
    const table = this.#table;
    const { row, text = '', unreadable } = old;
    const reason = next.forgets === true ? undefined : unreadable;
    const aside =
      reason === undefined
        ? undefined
        : { key: asideKey(table, key, text), row: toRow(text, this.#asideExpires(old.expires)) };
    const nextRow = next.text === undefined ? undefined : toRow(next.text, next.expires);
    if (row === undefined && nextRow === undefined) return true;
    const isDone = await this.#backend.swap(`${table}/${key}`, row, nextRow, aside);
    if (isDone && reason !== undefined) this.#context.onSetAside({ table, key, reason });
    return isDone;
  }

  /** A text that is set aside expires no later than where it was. */
  #asideExpires(expires: number | undefined): number | undefined {
    const { isCache, now } = this.#context;
    return isCache ? Math.min(expires ?? Infinity, Math.ceil(now()) + CACHE_ASIDE_MS) : expires;
  }
}
