// The room that models take, and who was used last. A model's directory is `<root>/<universe>/<recipe>`, its key the last two.
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from '../durations.ts';
import { OWNER_ONLY } from '../files.ts';
import { namesIn } from './model-names.ts';
import { type ModelSize, sizeOf } from './model-size.ts';

/** Those whom a night has kept are safe from others' models for so long: there are none on the days of a weekend. */
const KEPT_MS = 4 * DAY_MS;

/** Holds an empty file for each universe that a night has kept, whose time is that night's: a restart forgets none. */
const KEPT = '.kept';

interface ModelSpaceOptions {
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Bytes that all models may take together. */
  readonly maxBytes: number;
  /** Universes whose models are never removed. */
  readonly lasting: readonly string[];
  /** The keys of all models. */
  readonly keys: () => Promise<readonly string[]>;
  /** Removes a model. */
  readonly remove: (key: string) => Promise<void>;
  /** Called whenever the models that may not be removed take more than `maxBytes`; absent: nobody is told. */
  readonly onOverfull?: () => void;
}

/** A model of which everything was set aside is no model, but takes room. */
export interface ModelsSize {
  readonly models: number;
  readonly bytes: number;
}

/**
 * Keeps models within a number of bytes by removing those that were not used for the longest time. The time of a
 * model's last use is that of its directory, so no store is written to.
 */
export class ModelSpace {
  readonly #options: ModelSpaceOptions;
  /** By key; absent: not measured yet. */
  #sizes: Promise<Map<string, ModelSize>> | undefined;
  /** When each model's use was written last. */
  readonly #usedAt = new Map<string, number>();

  constructor(options: ModelSpaceOptions) {
    this.#options = options;
  }

  /** Notes that a model is used, once a day at most. Never rejects. */
  async use(key: string): Promise<void> {
    const now = this.#options.now();
    if (Math.abs(now - (this.#usedAt.get(key) ?? -Infinity)) < DAY_MS) return;
    await this.#writeUse(key, now);
  }

  async #writeUse(key: string, now: number): Promise<void> {
    this.#usedAt.set(key, now);
    await utimes(join(this.#options.root, key), now / 1000, now / 1000).catch(() => undefined);
  }

  /** The universe is in use: the models of others go before its own. Never rejects. */
  async keep(universe: string): Promise<void> {
    const now = this.#options.now() / 1000;
    const [directory, mark] = [join(this.#options.root, KEPT), this.#markOf(universe)];
    try {
      // On a full disk this may work where nothing can be written.
      await utimes(mark, now, now).catch(async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await writeFile(mark, '', { mode: OWNER_ONLY });
        await utimes(mark, now, now);
      });
    } catch {
      // Where no mark can be written, no model can be saved that others' would have to make room for.
    }
  }

  async size(): Promise<ModelsSize> {
    const sizes = await this.#measured();
    return { models: [...sizes.values()].filter(({ isUsable }) => isUsable).length, bytes: sum(sizes) };
  }

  /**
   * Measures a model anew, after something was written to it or it was removed. Never rejects: what cannot be measured
   * now is measured with all others when it is asked for.
   */
  async measure(key: string): Promise<void> {
    if (this.#sizes === undefined) return;
    try {
      const [sizes, size] = [await this.#sizes, await sizeOf(join(this.#options.root, key))];
      if (size.bytes === 0) sizes.delete(key);
      else sizes.set(key, size);
    } catch {
      this.#sizes = undefined;
    }
  }

  /** Makes room for so many bytes more of this model, as far as it can be made. */
  async makeRoom(bytes: number, key: string): Promise<void> {
    const { maxBytes, remove } = this.#options;
    const sizes = await this.#measured();
    if (sum(sizes) + bytes <= maxBytes) return;
    for (const { key: oldest } of await this.#byLastUse([...sizes.keys()].filter((one) => one !== key))) {
      if (sum(sizes) + bytes <= maxBytes) return;
      if (await this.#isKept(oldest)) continue;
      await remove(oldest);
      sizes.delete(oldest);
      this.#usedAt.delete(oldest);
    }
    if (sum(sizes) + bytes > maxBytes) this.#options.onOverfull?.();
  }

  /** Measures all anew, other processes' models included, and removes those that were not used for `unusedMs`. */
  async removeUnused(unusedMs: number): Promise<void> {
    const { now, keys, remove } = this.#options;
    for (const { key, usedAt } of await this.#byLastUse(await keys()))
      if (now() - usedAt > unusedMs && !(await this.#isKept(key))) await remove(key);
    for (const [key, at] of this.#usedAt) if (Math.abs(now() - at) >= DAY_MS) this.#usedAt.delete(key);
    for (const universe of await namesIn(join(this.#options.root, KEPT)))
      if (!(await this.#isMarked(universe))) await rm(this.#markOf(universe), { force: true });
    this.#sizes = undefined;
    await this.makeRoom(0, '');
  }

  async #isKept(key: string): Promise<boolean> {
    const [universe = ''] = key.split('/');
    return this.#options.lasting.includes(universe) || this.#isMarked(universe);
  }

  async #isMarked(universe: string): Promise<boolean> {
    const keptAt = (await stat(this.#markOf(universe)).catch(() => undefined))?.mtimeMs ?? -Infinity;
    return Math.abs(this.#options.now() - keptAt) < KEPT_MS;
  }

  #markOf = (universe: string): string => join(this.#options.root, KEPT, universe);

  /** The least recently used first. One from a time to come was written by a wrong clock, and counts from now on. */
  async #byLastUse(keys: readonly string[]): Promise<{ readonly key: string; readonly usedAt: number }[]> {
    const now = this.#options.now();
    const uses = await Promise.all(
      keys.map(async (key) => {
        const usedAt = (await stat(join(this.#options.root, key)).catch(() => undefined))?.mtimeMs ?? now;
        if (usedAt > now + DAY_MS) await this.#writeUse(key, now);
        return { key, usedAt: Math.min(usedAt, now) };
      }),
    );
    return uses.toSorted((a, b) => a.usedAt - b.usedAt);
  }

  /** Measures once, unless that fails. */
  #measured(): Promise<Map<string, ModelSize>> {
    if (this.#sizes !== undefined) return this.#sizes;
    const sizes = this.#measureAll();
    this.#sizes = sizes;
    sizes.catch(() => {
      if (this.#sizes === sizes) this.#sizes = undefined;
    });
    return sizes;
  }

  async #measureAll(): Promise<Map<string, ModelSize>> {
    const sizes = new Map<string, ModelSize>();
    for (const key of await this.#options.keys()) sizes.set(key, await sizeOf(join(this.#options.root, key)));
    return sizes;
  }
}

const sum = (sizes: ReadonlyMap<string, ModelSize>): number =>
  [...sizes.values()].reduce((total, { bytes }) => total + bytes, 0);

/** Deletes these of a directory's entries if they are older than a day: nobody is still at work on them. */
export async function removeLeftovers(directory: string, names: readonly string[], now: number): Promise<void> {
  for (const path of names.map((name) => join(directory, name))) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}
