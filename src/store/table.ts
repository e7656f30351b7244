/**
 * A stored value that does not match its schema. It is set aside: moved to a key of its own (`aside:…`), where it
 * blocks nothing and is not lost.
 */
export interface SetAside {
  readonly table: string;
  readonly key: string;
  readonly reason: string;
}

/**
 * Values of one kind by key. A write is acknowledged when it is on disk. `update` is atomic between threads and
 * processes.
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
  /** Ascending. */
  keys(): Promise<string[]>;
  /** The texts of this key that are set aside. */
  aside(key: string): Promise<readonly string[]>;
  /** The keys of which texts are set aside, ascending. */
  asideKeys(): Promise<readonly string[]>;
  /** Changes the texts of this key that are set aside, to remove what must not stay in them. */
  changeAside(key: string, change: (text: string) => string): Promise<void>;
  /** Deletes the value and all its texts that are set aside. */
  forget(key: string): Promise<void>;
}
