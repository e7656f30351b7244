/**
 * A stored value that does not match its schema. It is set aside: moved to a key of its own (`aside:…`), where it
 * blocks nothing and is not lost before it expires, of a cache after 90 days at most. What a newer version of this program saved is not: it stays, unless the table is a
 * cache.
 */
export interface SetAside {
  readonly table: string;
  readonly key: string;
  readonly reason: string;
}

/**
 * Values of one kind by key. A write is acknowledged when it is on disk. `update` is atomic between threads and
 * processes. `get`, `set`, `update` and `delete` throw a UserError when a newer version of this program saved what is
 * there (see `isSavedByNewer`), and when the store is full or locked (see failures.ts); then nothing was written. When it
 * fails or does not answer, everything throws a StoreError, and whether a write happened is not known.
 */
export interface Table<V> {
  get(key: string): Promise<V | undefined>;
  /** @param ttl milliseconds until the value expires; absent: never */
  set(key: string, value: V, ttl?: number): Promise<void>;
  /**
   * Atomic. `change` returns the new value, or undefined to delete it. It must have no side effects, because it is
   * called again when another writer was faster. When it throws, the value stays as it was.
   */
  update<R extends V | undefined>(key: string, change: (old: V | undefined) => R): Promise<R>;
  /**
   * Also deletes an unreadable value.
   * @returns whether there was a value
   */
  delete(key: string): Promise<boolean>;
  /** Those that begin with the prefix, ascending; on Redis at the cost of a walk through all keys. */
  keys(prefix?: string): Promise<string[]>;
  /** As `keys`, what expires first first. */
  keysByExpiry(prefix: string): Promise<string[]>;
  /** The keys of values that never expire, in no order. */
  lastingKeys(): Promise<string[]>;
  /** The keys of which the stored text contains the part, ascending; decodes nothing. */
  keysWith(part: string): Promise<string[]>;
  /** The texts of this key that cannot be read: those set aside, and the stored one if a newer version saved it. */
  aside(key: string): Promise<readonly string[]>;
  /** The keys that begin with the prefix and of which texts are set aside, ascending. */
  asideKeys(prefix?: string): Promise<readonly string[]>;
  /** Changes the texts of this key that `aside` gives, to remove what must not stay in them. */
  changeAside(key: string, change: (text: string) => string): Promise<void>;
  /** Deletes the value, whatever version saved it, and all its texts that are set aside. */
  forget(key: string): Promise<void>;
}
