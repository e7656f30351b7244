import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ModelArtefact } from '../engine/lstm/artefact.ts';
import type { Recipe } from '../engine/types.ts';
import { isVersion, readVersion, removeVersion, saveVersion } from './artefact-files.ts';
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
  readonly recipe: Recipe;
  readonly version: string;
  readonly trainedUntil: string;
}

/**
 * Trained models under `<root>/<universe>/<recipe>/<version>/`. A version is written once, under a name
 * that its content decides; which one is live is the index's to say, so a crash leaves the old model
 * live and whole. Without an entry (a fresh checkout) the newest version on disk is live.
 */
export interface ModelStore {
  /**
   * @returns undefined when there is none
   * @throws Error when the live model's files are damaged, and were so when it was first loaded; says how to
   *   train it again
   */
  load(universe: string, recipe: Recipe): Promise<ModelArtefact | undefined>;
  /**
   * Makes the model live, and removes versions older than the one that was live before it.
   * @returns `unchanged` when the very same model was on disk already: nothing was written
   */
  save(universe: string, recipe: Recipe, artefact: ModelArtefact): Promise<{ version: string; unchanged: boolean }>;
  /**
   * Keeps a model as files under `<root>/<universe>/<recipe>/unused/<version>/`, where nothing looks for a model to
   * use, in place of the one kept there before.
   */
  keepUnused(universe: string, recipe: Recipe, artefact: ModelArtefact): Promise<{ version: string }>;
  /** Every universe's live models, by universe and recipe. */
  list(): Promise<readonly ListedModel[]>;
}

const RECIPES: readonly Recipe[] = ['calibrated', 'seed'];

const namesIn = async (directory: string): Promise<string[]> => {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
};

const UNUSED = 'unused';

const keyOf = (universe: string, recipe: Recipe): string => {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(universe)) {
    throw new Error(`expected a universe's name of a to z, 0 to 9, dots, dashes and underscores, got "${universe}"`);
  }
  return `${universe}/${recipe}`;
};

/** Versions kept in memory: what a version's name stands for never changes. */
const KEPT_VERSIONS = 20;

/** @param index keys are `<universe>/<recipe>`; setting an entry is what makes a saved version live */
export const openModels = (root: string, index: Table<StoredModel>): ModelStore => {
  const kept = new LRUCache<string, ModelArtefact>({ max: KEPT_VERSIONS });
  /** An entry whose directory is gone (a store that is older than the checkout) is no entry. */
  const liveVersion = async (key: string): Promise<string | undefined> => {
    const entry = await index.get(key);
    const versions = (await namesIn(join(root, key))).filter(isVersion).toSorted();
    return entry !== undefined && versions.includes(entry.version) ? entry.version : versions.at(-1);
  };

  /** @returns the version that nobody needs any more; never one that came with the checkout, which no entry names */
  const makeLive = async (key: string, version: string, trainedUntil: string): Promise<string | undefined> => {
    let superseded: string | undefined;
    await index.update(key, (old) => {
      superseded = undefined;
      if (old?.version === version) return old;
      if (old?.previous !== version) superseded = old?.previous;
      return { version, trainedUntil, ...(old && { previous: old.version }) };
    });
    return superseded;
  };

  return {
    async load(universe, recipe) {
      const key = keyOf(universe, recipe);
      const version = await liveVersion(key);
      if (version === undefined) return undefined;
      const known = kept.get(`${key}/${version}`);
      if (known !== undefined) return known;
      try {
        const artefact = await readVersion(join(root, key), version);
        kept.set(`${key}/${version}`, artefact);
        return artefact;
      } catch (cause) {
        throw new Error(
          `The model in ${join(root, key, version)} is damaged: ${cause instanceof Error ? cause.message : String(cause)}. Train it again: npm run -s tailcap -- train --universe ${universe} --recipe ${recipe}`,
          { cause },
        );
      }
    },

    async save(universe, recipe, artefact) {
      const key = keyOf(universe, recipe);
      const directory = join(root, key);
      const { version, unchanged } = await saveVersion(directory, artefact);
      const superseded = await makeLive(key, version, artefact.manifest.trainedUntil);
      if (superseded !== undefined) await removeVersion(directory, superseded);
      return { version, unchanged };
    },

    async keepUnused(universe, recipe, artefact) {
      const directory = join(root, keyOf(universe, recipe), UNUSED);
      const { version } = await saveVersion(directory, artefact);
      const older = (await namesIn(directory)).filter((name) => isVersion(name) && name !== version);
      for (const name of older) await removeVersion(directory, name);
      return { version };
    },

    async list() {
      const models: ListedModel[] = [];
      for (const universe of (await namesIn(root)).sort()) {
        for (const recipe of RECIPES) {
          const version = await liveVersion(`${universe}/${recipe}`);
          if (version !== undefined) models.push({ universe, recipe, version, trainedUntil: version.slice(0, 10) });
        }
      }
      return models;
    },
  };
};
