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
  /** The keys that begin with `<space>/<prefix>`, without `<space>/`, in no order. */
  list(space: string, prefix: string): Promise<readonly Listed[]>;
  /** The keys that begin with `<space>/` and of which the row contains the part, without `<space>/`, in no order. */
  search(space: string, part: string): Promise<readonly string[]>;
  /** Everything there is at one moment. */
  snapshot(): Promise<Snapshot>;
  /**
   * Begins to replace all rows.
   * @param onlyEmpty only if no row is unexpired
   * @returns undefined when one is
   */
  beginReplacement(onlyEmpty: boolean): Promise<Replacement | undefined>;
  /** For how long after the time limit an answer is waited for, of a backend that keeps the limit itself. */
  readonly graceMs?: number;
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

/** Rows are read in batches that fit in memory. It must be closed. */
export interface Snapshot {
  /** In no order; empty: all have been read. */
  readonly next: () => Promise<readonly StoredRow[]>;
  readonly close: () => Promise<void>;
}

/** The new rows of a store, of which nobody sees any before all are there. */
export interface Replacement {
  readonly add: (rows: readonly StoredRow[]) => Promise<void>;
  /** @returns false, with nothing replaced, when only an empty store was to be filled and it no longer is */
  readonly commit: () => Promise<boolean>;
  /** Leaves the store as it was; after a commit it does nothing. */
  readonly abort: () => Promise<void>;
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

/**
 * The least text above all that begin with the prefix, in the order of their bytes in UTF-8.
 * @returns undefined when there is none
 */
export function keyAfter(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10_ff_ff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  return String.fromCodePoint(...points, last === 0xd7_ff ? 0xe0_00 : last + 1); // between them are no characters
}

/** How many rows to read next, so that a batch holds about a million characters. */
export function nextBatchSize(rows: readonly StoredRow[]): number {
  const length = rows.reduce((sum, { key, row }) => sum + key.length + row.length, 0);
  return rows.length === 0 ? FIRST_BATCH : Math.min(2_000, Math.max(1, Math.floor((rows.length * 2 ** 20) / length)));
}

const FIRST_BATCH = 20;

/** The first characters of a row, enough to hold its time of expiry. */
export const HEAD_LENGTH = 17;

export function hasExpired(expires: number | undefined, now: number): boolean {
  return expires !== undefined && expires <= now;
}
