/** A stored text under its key, as every backend has it. */
export interface Entry {
  /** `<table>/<key>`; what was set aside is under `aside:<table>/<key>@…`. */
  readonly key: string;
  readonly text: string;
  /** Milliseconds since 1970 by our clock, a whole number; absent: never. */
  readonly expires?: number;
}

/**
 * Where entries are kept. One namespace of keys; a row is a text that begins with the time of its expiry
 * (see `toRow`), so times follow our clock on every kind. Rows that have expired may still be there.
 */
export interface Backend {
  /** Keyv's adapter of this kind: it connects, reads and removes. What it lacks is below. */
  readonly adapter: Adapter;
  /**
   * Puts `next` in the place of `old`, all of it or nothing; undefined: no row. A row under `aside` is
   * written with it, unless there is one.
   * @returns false when the row is not `old` (any more)
   */
  swap(key: string, old: string | undefined, next: string | undefined, aside?: Row): Promise<boolean>;
  /** Keys below `<space>/`, without it, in no order. */
  list(space: string): Promise<readonly Listed[]>;
  /** Every row of one moment, in no order. */
  snapshot(): Promise<readonly Row[]>;
  /**
   * Puts these rows in the place of all there are, in one transaction.
   * @returns false when it is only to fill an empty store and there are rows that have not expired
   */
  replaceAll(rows: readonly Row[], onlyEmpty: boolean): Promise<boolean>;
  /** Called when an answer has not come in time: what waits on this connection is given up. */
  reconnect?(): void;
  close(): Promise<void>;
}

/** What Keyv asks of a store. */
export interface Adapter {
  get(key: string): Promise<unknown>;
  set(key: string, row: string): Promise<unknown>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
}

export interface Row {
  readonly key: string;
  readonly row: string;
}

export interface Listed {
  readonly key: string;
  readonly expires: number | undefined;
}

/** What is ours on a server that others may use too. */
export const NAMESPACE = 'tailcap';

/** `1704153600000|{…}`, or `|{…}` when it never expires. */
export const toRow = (text: string, expires?: number): string => `${expires ?? ''}|${text}`;

/** A row that somebody has written in another form is a text that never expires. */
export function fromRow(row: string): { text: string; expires?: number } {
  const [head = '', digits = ''] = /^(\d{0,16})\|/.exec(row) ?? [];
  const text = row.slice(head.length);
  return digits === '' ? { text } : { text, expires: Number(digits) };
}

/** Of a row, so much that it holds the time of its expiry. */
export const HEAD_LENGTH = 17;

export const hasExpired = (expires: number | undefined, now: number): boolean =>
  expires !== undefined && expires <= now;
