import { withTimeout } from '../async.ts';

/** A stored text under its key, as every backend has it. */
export interface Entry {
  /** `<table>/<key>`; of what is set aside `aside:<table>/<key>@…`. */
  readonly key: string;
  readonly text: string;
  /** Milliseconds since 1970 by our clock, a whole number; absent: never. */
  readonly expires?: number;
}

/**
 * Where entries are stored. A row is a text that begins with its time of expiry (see `toRow`), so expiry follows our
 * clock on every kind of server. Expired rows may still be there.
 */
export interface Backend {
  /** Keyv's adapter: it connects, reads and deletes. The methods below are what it lacks. */
  readonly adapter: Adapter;
  /**
   * Compare and swap: replaces `old` by `next`; undefined stands for no row. In the same step writes `aside`, unless
   * its key has a row.
   * @returns false when the row is not `old`
   */
  swap(key: string, old: string | undefined, next: string | undefined, aside?: StoredRow): Promise<boolean>;
  /** The keys that begin with `<space>/`, without that prefix, in no order. */
  list(space: string): Promise<readonly Listed[]>;
  /** All rows at one moment, in no order. */
  snapshot(): Promise<readonly StoredRow[]>;
  /**
   * Replaces all rows by these, in one transaction.
   * @param onlyEmpty only if no row is unexpired
   * @returns false when one was
   */
  replaceAll(rows: readonly StoredRow[], onlyEmpty: boolean): Promise<boolean>;
  /** Called after a timeout: drops the connection, and with it all that still waits on it. */
  reconnect?(): void;
  close(): Promise<void>;
}

/** What Keyv needs of a store. */
export interface Adapter {
  get(key: string): Promise<unknown>;
  set(key: string, row: string): Promise<unknown>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
}

export interface StoredRow {
  readonly key: string;
  readonly row: string;
}

export interface Listed {
  readonly key: string;
  readonly expires: number | undefined;
}

/** Marks our data on a server that other programs may use too. */
export const NAMESPACE = 'tailcap';

/** `1704153600000|{…}`, or `|{…}` when it never expires. */
export function toRow(text: string, expires?: number): string {
  return `${expires ?? ''}|${text}`;
}

/** A row in any other form is a text that never expires. */
export function fromRow(row: string): { text: string; expires?: number } {
  const [head = '', digits = ''] = /^(\d{0,16})\|/.exec(row) ?? [];
  const text = row.slice(head.length);
  return digits === '' ? { text } : { text, expires: Number(digits) };
}

/** The first characters of a row, enough to hold its time of expiry. */
export const HEAD_LENGTH = 17;

export function hasExpired(expires: number | undefined, now: number): boolean {
  return expires !== undefined && expires <= now;
}

/**
 * @param limit milliseconds
 * @param onTimeout called when the work has not ended in time, to end it
 * @throws Error when the work throws, or has not ended in time
 */
export function withTimeLimit<T>(limit: number, work: Promise<T>, onTimeout: () => void): Promise<T> {
  return withTimeout(limit, work, () => {
    // Deferred, or the error of the work that it ends would come first.
    setImmediate(onTimeout);
    throw new Error(`no answer within ${limit / 1000} s`);
  });
}
