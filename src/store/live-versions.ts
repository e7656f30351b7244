import { join } from 'node:path';
import { z } from 'zod';
import { isStoreFailure } from '../errors.ts';
import { LastKnown } from '../last-known.ts';
import { unlessNewer } from '../newer.ts';
import { isVersion } from './model-files.ts';
import { formerName, keyOf, namesIn } from './model-names.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

/** Which version of a universe's model is live. */
export const storedModelSchema = z
  .strictObject({
    version: z.string(),
    trainedUntil: z.iso.date(),
    /** The version that was live before; deleted when the next but one goes live. */
    previous: z.string().optional(),
  })
  .readonly();

export type StoredModel = z.infer<typeof storedModelSchema>;

/** Keys are `<universe>/<recipe>`. */
export const openModelIndex = (store: Pick<Store, 'table'>): Table<StoredModel> =>
  store.table('models', storedModelSchema, 1);

export interface LiveVersion {
  readonly key: string;
  readonly version: string;
}

const MOST_KNOWN = 1_000;

/**
 * Which versions are live. Without an entry in the index, as in a fresh checkout, it is the newest on disk; so it is while
 * the store fails, for models of which no entry was read before.
 */
export class LiveVersions {
  readonly #root: string;
  readonly #index: Table<StoredModel>;
  /** Those that cannot be used and could not be moved, as on a read-only disk, by their paths below the root. */
  readonly #unmoved = new Set<string>();
  readonly #known = new LastKnown<StoredModel | undefined>(MOST_KNOWN);

  constructor(root: string, index: Table<StoredModel>) {
    this.#root = root;
    this.#index = index;
  }

  /** Under the recipe's name or, if that has none, under its earlier one. */
  async find(universe: string, recipe: string): Promise<LiveVersion | undefined> {
    for (const name of [recipe, formerName(recipe)]) {
      if (name === undefined) continue;
      const key = keyOf(universe, name);
      const version = await this.#versionOf(key);
      if (version !== undefined) return { key, version };
    }
    return undefined;
  }

  /** Ignores an entry whose directory is gone, as when the store is older than the checkout. */
  async #versionOf(key: string): Promise<string | undefined> {
    const entry = await this.#entryOf(key);
    const versions = (await namesIn(join(this.#root, key)))
      .filter((name) => isVersion(name) && !this.#unmoved.has(`${key}/${name}`))
      .toSorted();
    if (entry !== undefined && versions.includes(entry.version)) return entry.version;
    const { previous } = entry ?? {};
    const isSkipped = entry !== undefined && this.#unmoved.has(`${key}/${entry.version}`);
    return isSkipped && previous !== undefined && versions.includes(previous) ? previous : versions.at(-1);
  }

  async #entryOf(key: string): Promise<StoredModel | undefined> {
    try {
      return await this.#known.read(key, () => this.#index.get(key));
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      return undefined;
    }
  }

  /** @returns the version to delete; never one that came with the checkout, because no entry names it */
  async make(key: string, version: string, trainedUntil: string): Promise<string | undefined> {
    this.#unmoved.delete(`${key}/${version}`);
    let superseded: string | undefined;
    await this.#index.update(key, (old) => {
      superseded = undefined;
      if (old?.version === version) return old;
      if (old?.previous !== version) superseded = old?.previous;
      return { version, trainedUntil, ...(old && { previous: old.version }) };
    });
    this.#known.forget(key);
    return superseded;
  }

  /**
   * The version counts as none here, where it cannot be moved. The index stays as it is: other processes may well be able
   * to use what this one cannot.
   */
  skip({ key, version }: LiveVersion): void {
    this.#unmoved.add(`${key}/${version}`);
  }

  /** The version, whose directory is gone, is live no more, and the one before it is if it is still there. */
  async end({ key, version }: LiveVersion): Promise<void> {
    const names = await namesIn(join(this.#root, key));
    await this.#index.update(key, (old) => {
      if (old?.version !== version) return old;
      const { previous } = old;
      return previous !== undefined && names.includes(previous)
        ? { version: previous, trainedUntil: previous.slice(0, 10) }
        : undefined;
    });
    this.#known.forget(key);
  }

  /**
   * Of the directory's versions those that were live before the last two. Without an entry, with one whose version is
   * gone, or one of a newer version of this program, any of them may be live, or a checkout's.
   */
  async superseded(key: string, names: readonly string[]): Promise<string[]> {
    const entry = await unlessNewer(this.#index.get(key));
    if (entry === undefined || !names.includes(entry.version)) return [];
    return names.filter((name) => isVersion(name) && ![entry.version, entry.previous].includes(name));
  }

  /** @returns false where a newer version of this program has saved which is live */
  async forget(key: string): Promise<boolean> {
    const isForgotten = (await unlessNewer(this.#index.delete(key))) !== undefined;
    this.#known.forget(key);
    return isForgotten;
  }
}
