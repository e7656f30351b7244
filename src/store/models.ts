import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Codec, Model } from '../engine/strategies/strategy.ts';
import { isVersion, readVersion, removeVersion, saveVersion } from './model-files.ts';
import type { Table } from './table.ts';

/** Which version of a universe's model is live. */
export const storedModelSchema = z
  .strictObject({
    version: z.string(),
    trainedUntil: z.iso.date(),
    /** The one that was live before; kept until the next but one. */
    previous: z.string().optional(),
  })
  .readonly();

export type StoredModel = z.infer<typeof storedModelSchema>;

interface ListedModel {
  readonly universe: string;
  readonly recipe: string;
  readonly version: string;
  readonly trainedUntil: string;
}

export interface ModelStoreOptions {
  readonly root: string;
  /** Keys are `<universe>/<recipe>`; setting an entry is what makes a saved version live. */
  readonly index: Table<StoredModel>;
  /** Told of a live model that cannot be read, and counts as none. */
  readonly onDamaged: (error: Error) => void;
}

/** Versions kept in memory: what a version's name stands for never changes. */
const KEPT_VERSIONS = 20;

const UNUSED = 'unused';

/** What recipes were called before, under which their models may still lie. */
const FORMER_NAMES: Readonly<Record<string, string>> = { plain: 'seed' };

/**
 * Trained models under `<root>/<universe>/<recipe>/<version>/`. A version is written once, under a name
 * that its content decides; which one is live is the index's to say, so a crash leaves the old model
 * live and whole. Without an entry (a fresh checkout) the newest version on disk is live.
 */
export class ModelStore {
  readonly #options: ModelStoreOptions;
  readonly #kept = new LRUCache<string, Model>({ max: KEPT_VERSIONS });

  constructor(options: ModelStoreOptions) {
    this.#options = options;
  }

  /** @returns undefined when there is none, or its files are damaged, and were so when it was first loaded */
  async load<M extends Model>(universe: string, recipe: string, codec: Codec<M>): Promise<M | undefined> {
    const key = await this.#keyWithModel(universe, recipe);
    const version = await this.#liveVersion(key);
    if (version === undefined) return undefined;
    const known = this.#kept.get(`${key}/${version}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one codec reads all models of a recipe
    if (known !== undefined) return known as M;
    const directory = join(this.#options.root, key);
    try {
      const model = await readVersion(directory, version, codec);
      this.#kept.set(`${key}/${version}`, model);
      return model;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new Error(`The model in ${join(directory, version)} is damaged: ${reason}`, { cause });
      this.#options.onDamaged(error);
      return undefined;
    }
  }

  /**
   * Makes the model live, and removes versions older than the one that was live before it.
   * @returns `unchanged` when the very same model was on disk already: nothing was written
   */
  async save<M extends Model>(
    universe: string,
    codec: Codec<M>,
    model: M,
  ): Promise<{ version: string; unchanged: boolean }> {
    const key = keyOf(universe, model.manifest.recipe);
    const directory = join(this.#options.root, key);
    const { version, unchanged } = await saveVersion(directory, codec, model);
    const superseded = await this.#makeLive(key, version, model.manifest.trainedUntil);
    if (superseded !== undefined) await removeVersion(directory, superseded);
    return { version, unchanged };
  }

  /**
   * Keeps a model as files under `<root>/<universe>/<recipe>/unused/<version>/`, where nothing looks for a model to
   * use, in place of the one kept there before.
   */
  async keepUnused<M extends Model>(universe: string, codec: Codec<M>, model: M): Promise<{ version: string }> {
    const directory = join(this.#options.root, keyOf(universe, model.manifest.recipe), UNUSED);
    const { version } = await saveVersion(directory, codec, model);
    const older = (await namesIn(directory)).filter((name) => isVersion(name) && name !== version);
    for (const name of older) await removeVersion(directory, name);
    return { version };
  }

  /** Every universe's live models, by universe and recipe. */
  async list(): Promise<readonly ListedModel[]> {
    const models: ListedModel[] = [];
    for (const universe of (await namesIn(this.#options.root)).sort()) {
      for (const recipe of await this.#recipesOf(universe)) {
        const version = await this.#liveVersion(await this.#keyWithModel(universe, recipe));
        if (version !== undefined) models.push({ universe, recipe, version, trainedUntil: version.slice(0, 10) });
      }
    }
    return models;
  }

  async #recipesOf(universe: string): Promise<string[]> {
    const names = await namesIn(join(this.#options.root, universe));
    const current = names.map((name) => Object.keys(FORMER_NAMES).find((now) => FORMER_NAMES[now] === name) ?? name);
    return [...new Set(current)].sort();
  }

  /** The recipe's own key, or that of its former name where only there is a model. */
  async #keyWithModel(universe: string, recipe: string): Promise<string> {
    const key = keyOf(universe, recipe);
    const former = FORMER_NAMES[recipe];
    if (former === undefined || (await this.#liveVersion(key)) !== undefined) return key;
    return keyOf(universe, former);
  }

  /** An entry whose directory is gone (a store that is older than the checkout) is no entry. */
  async #liveVersion(key: string): Promise<string | undefined> {
    const entry = await this.#options.index.get(key);
    const versions = (await namesIn(join(this.#options.root, key))).filter(isVersion).toSorted();
    return entry !== undefined && versions.includes(entry.version) ? entry.version : versions.at(-1);
  }

  /** @returns the version that nobody needs any more; never one that came with the checkout, which no entry names */
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

function keyOf(universe: string, recipe: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(universe)) {
    throw new Error(`expected a universe's name of a to z, 0 to 9, dots, dashes and underscores, got "${universe}"`);
  }
  return `${universe}/${recipe}`;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
