import { setTimeout } from 'node:timers/promises';
import { fromRow, hasExpired, toRow } from './backend.ts';
import type { OpenBackend } from './open-backend.ts';
import { asideKey } from './set-aside.ts';
import type { SetAside } from './table.ts';
import type { Codec } from './values.ts';

export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onSetAside: (what: SetAside) => void;
}

/** What lies under a key: a row as it is, and what it means. Expired and unreadable values are no values. */
export interface Found<V> {
  readonly row?: string;
  readonly value?: V;
  readonly expires?: number;
  readonly text?: string;
  /** Why it cannot be read. */
  readonly unreadable?: string;
}

/** What to write, a text and when it expires; undefined: nothing stays. */
interface Next<R> {
  readonly text?: string;
  readonly expires?: number | undefined;
  readonly result: R;
  /** Even what cannot be read is not kept. */
  readonly forgets?: boolean;
}

/** The cells of a table, one for each key. */
export interface Cells<V> {
  /** What cannot be read is set aside first. */
  read(key: string): Promise<V | undefined>;
  /** Atomic: `make` may be called more than once; what it throws leaves everything as it was. */
  write<R>(key: string, make: (old: Found<V>) => Next<R>): Promise<R>;
}

/** Others must win that many times before a write gives up; with ten processes at one key it takes a few. */
const MOST_TRIES = 100;

/**
 * Every write compares what it has read with what is there and does it all again when another was faster;
 * a value that cannot be read is set aside by the very write that takes its place.
 */
export function openCells<V>(
  backend: OpenBackend,
  table: string,
  decode: Codec<V>['decode'],
  { now, onSetAside }: Surroundings,
): Cells<V> {
  async function find(key: string): Promise<Found<V>> {
    const row = await backend.get(`${table}/${key}`);
    if (row === undefined) return {};
    const { text, expires } = fromRow(row);
    if (hasExpired(expires, now())) return { row };
    const { value, unreadable } = decode(text);
    if (unreadable !== undefined) return { row, text, unreadable };
    return { row, text, value, ...(expires !== undefined && { expires }) };
  }

  /** @returns whether nobody else has written since */
  async function swap(key: string, found: Found<V>, next: Next<unknown>): Promise<boolean> {
    const { row, text = '', unreadable } = found;
    const reason = next.forgets === true ? undefined : unreadable;
    const aside = reason === undefined ? undefined : { key: asideKey(table, key, text), row: toRow(text) };
    const nextRow = next.text === undefined ? undefined : toRow(next.text, next.expires);
    if (row === undefined && nextRow === undefined) return true;
    const isDone = await backend.swap(`${table}/${key}`, row, nextRow, aside);
    if (isDone && reason !== undefined) onSetAside({ table, key, reason });
    return isDone;
  }

  return {
    async read(key) {
      for (;;) {
        const found = await find(key);
        if (found.unreadable === undefined) return found.value;
        await swap(key, found, { result: undefined });
      }
    },
    write: (key, make) =>
      backend.inTurn(`${table}/${key}`, async () => {
        for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
          const old = await find(key);
          const next = make(old);
          if (await swap(key, old, next)) return next.result;
          await setTimeout(tries); // ms
        }
        throw new Error(`${table}/${key}: others wrote it at every one of ${MOST_TRIES} tries`);
      }),
  };
}
