import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Codec, Model } from '../engine/strategies/strategy.ts';
import { errorCode } from '../errors.ts';
import type { LiveVersion, LiveVersions } from './live-versions.ts';
import { moveAside, readVersion } from './model-files.ts';
import type { ModelSpace } from './model-space.ts';

/** A live model that cannot be used. */
export interface DamagedModel {
  readonly universe: string;
  readonly recipe: string;
  readonly version: string;
}

interface ModelReaderOptions {
  readonly root: string;
  readonly live: LiveVersions;
  readonly space: Pick<ModelSpace, 'measure'>;
  /** Called once for each live version that cannot be used. It then counts as none. */
  readonly onDamaged: (error: Error, model: DamagedModel) => void;
}

/** Versions cached in memory. They never go stale, because a version's content decides its name. */
const CACHED_VERSIONS = 20;

/** Reads versions of models, and moves those that cannot be used out of the way. */
export class ModelReader {
  readonly #options: ModelReaderOptions;
  readonly #cache = new LRUCache<string, Model>({ max: CACHED_VERSIONS });

  constructor(options: ModelReaderOptions) {
    this.#options = options;
  }

  /** @throws Error when its files are damaged, or cannot be read just now (see `isPassing`) */
  async read<M extends Model>({ key, version }: LiveVersion, codec: Codec<M>): Promise<M> {
    const known = this.#cache.get(`${key}/${version}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one codec reads all models of a recipe
    if (known !== undefined) return known as M;
    const model = await readVersion(join(this.#options.root, key), version, codec);
    this.#cache.set(`${key}/${version}`, model);
    return model;
  }

  /**
   * Reads what was saved from the disk, and moves what was never live out of the way of what is.
   * @throws Error when it cannot be used
   */
  async readBack<M extends Model>({ key, version }: LiveVersion, codec: Codec<M>): Promise<void> {
    const directory = join(this.#options.root, key);
    try {
      await readVersion(directory, version, codec);
    } catch (cause) {
      // Where it must stay, it is found to be damaged again by whoever reads it.
      if (!isPassing(cause)) await moveAside(directory, version).catch(() => undefined);
      throw new Error(`The new model cannot be used: ${reasonOf(cause)}`, { cause });
    }
  }

  /** Sets a live version aside, and tells of it. @param cause why */
  async countAsNone(model: Omit<DamagedModel, 'version'> & LiveVersion, cause: unknown): Promise<void> {
    const { root, live, space, onDamaged } = this.#options;
    const { universe, recipe, key, version } = model;
    const directory = join(root, key);
    this.#cache.delete(`${key}/${version}`);
    let isMoved = true;
    try {
      await moveAside(directory, version);
    } catch (error) {
      // Another process was faster, or it must stay where it is.
      if (errorCode(error) === 'ENOENT') return;
      isMoved = false;
    }
    if (!isMoved) live.skip({ key, version });
    // Where the index cannot be written, an entry that names no directory counts as none.
    else await live.end({ key, version }).catch(() => undefined);
    await space.measure(key);
    const message = `The model in ${join(directory, version)} is damaged: ${reasonOf(cause)}`;
    onDamaged(new Error(message, { cause }), { universe, recipe, version });
  }

  /** Drops the model's versions from memory. */
  forget(key: string): void {
    for (const known of this.#cache.keys()) if (known.startsWith(`${key}/`)) this.#cache.delete(known);
  }
}

/** Codes of the system where a model's files are not as they were saved: something is gone, or of another kind. */
const DAMAGE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);

/**
 * Whether the system could not read, for want of rights, means or a sound disk: the files may be whole. Node's own codes
 * begin with `ERR_`.
 */
export function isPassing(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) && !DAMAGE.has(code);
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
