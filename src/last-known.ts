import { LRUCache } from 'lru-cache';
import { withTimeout } from './async.ts';
import { isStoreFailure } from './errors.ts';

/** What is known is used where the store takes longer: Discord takes first answers for 3 s. */
const PATIENCE_MS = 1_500;

/** What was read last by each key, which counts while the store fails or does not answer. */
export class LastKnown<V> {
  readonly #values: LRUCache<string, { readonly value: V }>;
  /** How often any value has been changed. */
  #changes = 0;

  constructor(max: number) {
    this.#values = new LRUCache({ max });
  }

  /** @throws Error of the reading, when nothing is known or the store has not failed */
  async read(key: string, read: () => Promise<V>): Promise<V> {
    const known = this.#values.get(key);
    const changes = this.#changes;
    const reading = read().then((value) => {
      // It may have been read before the change, and arrive after it.
      if (changes === this.#changes) this.#values.set(key, { value });
      return value;
    });
    if (known === undefined) return reading;
    try {
      return await withTimeout(PATIENCE_MS, reading, () => known.value);
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      return known.value;
    }
  }

  /** Called when the value has been changed. */
  forget(key: string): void {
    this.#changes += 1;
    this.#values.delete(key);
  }
}
