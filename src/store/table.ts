/** A value of the store that cannot be read as what it should be. It stays in the store, set aside. */
export interface SetAside {
  readonly table: string;
  readonly key: string;
  readonly reason: string;
}

/**
 * One kind of value under typed keys. A write is acknowledged only when it is on disk; `update` is
 * atomic between threads and processes.
 */
export interface Table<V> {
  get(key: string): Promise<V | undefined>;
  /** @param ttl milliseconds until the value is forgotten; without it, it stays. */
  set(key: string, value: V, ttl?: number): Promise<void>;
  /**
   * Atomic. `change` is synchronous, and may be called again when another has written in between, so it
   * does nothing but return the new value, or undefined for none; what it throws leaves the value as it was.
   */
  update<R extends V | undefined>(key: string, change: (old: V | undefined) => R): Promise<R>;
  /**
   * Also deletes what could not have been read.
   * @returns whether there was something to delete
   */
  delete(key: string): Promise<boolean>;
  /** Ascending. */
  keys(): Promise<string[]>;
  /** The texts of this key that could not be read and were set aside. */
  aside(key: string): Promise<readonly string[]>;
  /** The keys of which anything is set aside, ascending. */
  asideKeys(): Promise<readonly string[]>;
  /** Changes the texts that were set aside of this key: only what may not stay in them, not what cannot be read. */
  changeAside(key: string, change: (text: string) => string): Promise<void>;
  /** Removes the value and all that was set aside of it. */
  forget(key: string): Promise<void>;
}
