import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Codec, Model } from '../engine/strategies/strategy.ts';
import { errorCode } from '../errors.ts';
import { isTemporary, isVersion, readVersion, removeVersion, saveVersion } from './model-files.ts';
import { ModelSpace, removeLeftovers, type ModelsSize } from './model-space.ts';
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

interface ListedModel {
  readonly universe: string;
  readonly recipe: string;
  readonly version: string;
  readonly trainedUntil: string;
}

export interface ModelStoreOptions {
  readonly root: string;
  /** Setting an entry is what makes a saved version live. */
  readonly index: Table<StoredModel>;
  /** Called when a live model cannot be read. It then counts as none. */
  readonly onDamaged: (error: Error) => void;
  /** Milliseconds since 1970; absent: the machine's clock. */
  readonly now?: () => number;
  /** Bytes that all models may take together; absent: any number. */
  readonly maxBytes?: number;
  /** Universes whose models are never removed; absent: none. */
  readonly lasting?: readonly string[];
}

/** A model that nobody has asked about for so long is removed at night. */
const UNUSED_MS = 30 * 86_400_000;

/** Versions cached in memory. They never go stale, because a version's content decides its name. */
const CACHED_VERSIONS = 20;

const UNUSED = 'unused';

/** Earlier names of recipes. Models may still be stored under them. */
const FORMER_NAMES: Readonly<Record<string, string>> = { plain: 'seed' };

/** The names of universes and recipes. Other directories, such as `.git`, are not ours. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/**
 * Trained models under `<root>/<universe>/<recipe>/<version>/`. A version is written once, under a name that its
 * content decides. The index says which version is live, so a crash leaves the old model live and whole. Without an
 * entry, as in a fresh checkout, the newest version on disk is live.
 */
export class ModelStore {
  readonly #options: ModelStoreOptions & Required<Pick<ModelStoreOptions, 'now'>>;
  readonly #cache = new LRUCache<string, Model>({ max: CACHED_VERSIONS });
  readonly #space: ModelSpace;

  constructor({ now = Date.now, maxBytes = Infinity, lasting = [], ...options }: ModelStoreOptions) {
    this.#options = { ...options, now };
    this.#space = new ModelSpace({
      ...this.#options,
      maxBytes,
      lasting,
      keys: () => this.#keys(),
      remove: (key) => this.#remove(key),
    });
  }

  /**
   * @returns the live model; undefined when there is none, or its files are damaged and it is not cached
   * @throws Error when the system has no means to read the files just now: they may be whole
   */
  async load<M extends Model>(universe: string, recipe: string, codec: Codec<M>): Promise<M | undefined> {
    const live = await this.#findLive(universe, recipe);
    if (live === undefined) return undefined;
    const { key, version } = live;
    void this.#space.use(key);
    const known = this.#cache.get(`${key}/${version}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one codec reads all models of a recipe
    if (known !== undefined) return known as M;
    const directory = join(this.#options.root, key);
    try {
      const model = await readVersion(directory, version, codec);
      this.#cache.set(`${key}/${version}`, model);
      return model;
    } catch (cause) {
      if (PASSING.has(errorCode(cause) ?? '')) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new Error(`The model in ${join(directory, version)} is damaged: ${reason}`, { cause });
      this.#options.onDamaged(error);
      return undefined;
    }
  }

  /**
   * Saves the model and makes it live. Deletes versions older than the one that was live before it.
   * @returns `unchanged` when the same version was on disk already and nothing was written
   */
  async save<M extends Model>(
    universe: string,
    codec: Codec<M>,
    model: M,
  ): Promise<{ version: string; unchanged: boolean }> {
    const key = keyOf(universe, model.manifest.recipe);
    const directory = join(this.#options.root, key);
    await this.#space.makeRoom(bytesOf(codec, model), key);
    const { version, unchanged } = await saveVersion(directory, codec, model);
    const superseded = await this.#makeLive(key, version, model.manifest.trainedUntil);
    if (superseded !== undefined) await removeVersion(directory, superseded);
    await this.#space.measure(key);
    await this.#space.use(key);
    return { version, unchanged };
  }

  /**
   * Saves a model under `<root>/<universe>/<recipe>/unused/<version>/`, from where none is ever used, and deletes the
   * one that was saved there before.
   */
  async keepUnused<M extends Model>(universe: string, codec: Codec<M>, model: M): Promise<{ version: string }> {
    const key = keyOf(universe, model.manifest.recipe);
    const directory = join(this.#options.root, key, UNUSED);
    await this.#space.makeRoom(bytesOf(codec, model), key);
    const { version } = await saveVersion(directory, codec, model);
    const older = (await namesIn(directory)).filter((name) => isVersion(name) && name !== version);
    for (const name of older) await removeVersion(directory, name);
    await this.#space.measure(key);
    return { version };
  }

  /** How many models there are, and the bytes of all their files. Measured once, and after each change. */
  size(): Promise<ModelsSize> {
    return this.#space.size();
  }

  /** The universe of this name is in use tonight: its models are not removed to make room for others. */
  keep(universe: string): void {
    this.#space.keep(universe);
  }

  /** Removes models that nobody has asked about for 30 days, and what killed processes have left. */
  async tidy(): Promise<void> {
    for (const key of await this.#keys()) {
      const directory = join(this.#options.root, key);
      const names = await namesIn(directory);
      const entry = await this.#options.index.get(key);
      // Without an entry they may be a checkout's.
      const isSuperseded = (name: string): boolean =>
        entry !== undefined && isVersion(name) && ![entry.version, entry.previous].includes(name);
      const left = names.filter((name) => isTemporary(name) || isSuperseded(name));
      await removeLeftovers(directory, left, this.#options.now());
    }
    await this.#space.removeUnused(UNUSED_MS);
  }

  /** The live models, ordered by universe and recipe. */
  async list(): Promise<readonly ListedModel[]> {
    const models: ListedModel[] = [];
    for (const universe of (await namesIn(this.#options.root)).filter(isName).sort()) {
      for (const recipe of await this.#recipesOf(universe)) {
        const live = await this.#findLive(universe, recipe);
        if (live === undefined) continue;
        models.push({ universe, recipe, version: live.version, trainedUntil: live.version.slice(0, 10) });
      }
    }
    return models;
  }

  async #keys(): Promise<string[]> {
    const { root } = this.#options;
    const universes = (await namesIn(root)).filter(isName);
    const keys = universes.map(async (universe) =>
      (await namesIn(join(root, universe))).filter(isName).map((recipe) => `${universe}/${recipe}`),
    );
    return (await Promise.all(keys)).flat();
  }

  /** The entry goes first: a crash before the files go leaves a model that no entry names, for the next night. */
  async #remove(key: string): Promise<void> {
    await this.#options.index.delete(key);
    for (const known of this.#cache.keys()) if (known.startsWith(`${key}/`)) this.#cache.delete(known);
    await rm(join(this.#options.root, key), { recursive: true, force: true });
  }

  async #recipesOf(universe: string): Promise<string[]> {
    const names = (await namesIn(join(this.#options.root, universe))).filter(isName);
    const current = names.map((name) => Object.keys(FORMER_NAMES).find((now) => FORMER_NAMES[now] === name) ?? name);
    return [...new Set(current)].sort();
  }

  /** The live version, under the recipe's name or, if that has none, under its earlier one. */
  async #findLive(universe: string, recipe: string): Promise<{ key: string; version: string } | undefined> {
    for (const name of [recipe, FORMER_NAMES[recipe]]) {
      if (name === undefined) continue;
      const key = keyOf(universe, name);
      const version = await this.#liveVersion(key);
      if (version !== undefined) return { key, version };
    }
    return undefined;
  }

  /** Ignores an entry whose directory is gone, as when the store is older than the checkout. */
  async #liveVersion(key: string): Promise<string | undefined> {
    const entry = await this.#options.index.get(key);
    const versions = (await namesIn(join(this.#options.root, key))).filter(isVersion).toSorted();
    return entry !== undefined && versions.includes(entry.version) ? entry.version : versions.at(-1);
  }

  /** @returns the version to delete; never one that came with the checkout, because no entry names it */
  async #makeLive(key: string, version: string, trainedUntil: string): Promise<string | undefined> {
    let superseded: string | undefined;
    await this.#options.index.update(key, (old) => {
      superseded = undefined;
      if (old?.version === version) return old;
      if (old?.previous !== version) superseded = old?.previous;
      return { version, trainedUntil, ...(old && { previous: old.version }) };
    });
    return superseded;
  }
}

const bytesOf = <M>(codec: Codec<M>, model: M): number =>
  Object.values(codec.encode(model)).reduce((bytes, { byteLength }) => bytes + byteLength, 0);

const isName = (name: string): boolean => NAME.test(name);

function keyOf(universe: string, recipe: string): string {
  if (!isName(universe)) {
    throw new Error(`expected a universe's name of a to z, 0 to 9, dots, dashes and underscores, got "${universe}"`);
  }
  return `${universe}/${recipe}`;
}

/** Codes of errors that pass, when too much is open or the memory is short. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY']);

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
