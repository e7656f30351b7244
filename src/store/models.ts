import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DAY_MS } from '../durations.ts';
import { type Codec, type Model, identityOf } from '../engine/strategies/strategy.ts';
import { errorCode, UserError } from '../errors.ts';
import { unlessNewer } from '../newer.ts';
import { LiveVersions, type StoredModel } from './live-versions.ts';
import { DAMAGED, isTemporary, isVersion, saveVersion, tryToRemove } from './model-files.ts';
import { isName, keyOf, modelKeys, namesIn, recipesOf } from './model-names.ts';
import { type DamagedModel, isPassing, ModelReader } from './model-reader.ts';
import { ModelSpace, removeLeftovers, type ModelsSize } from './model-space.ts';
import { tickerListsIn } from './model-tickers.ts';
import { makeOwnerOnly } from './owner-only.ts';
import type { Table } from './table.ts';

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
  /** Called once for each live version that cannot be used. It then counts as none. */
  readonly onDamaged: (error: Error, model: DamagedModel) => void;
  /** Milliseconds since 1970; absent: the machine's clock. */
  readonly now?: () => number;
  /** Bytes that all models may take together; absent: any number. */
  readonly maxBytes?: number;
  /** Universes whose models are never removed; absent: none. */
  readonly lasting?: readonly string[];
  /** Called whenever the models that may not be removed take more than `maxBytes`; absent: nobody is told. */
  readonly onOverfull?: () => void;
}

/** A model that nobody has asked about for so long is removed at night. */
const UNUSED_MS = 30 * DAY_MS;

const UNUSED = 'unused';

/**
 * Trained models under `<root>/<universe>/<recipe>/<version>/`. A version is written once, under a name that its
 * content decides. The index says which version is live, so a crash leaves the old model live and whole. Without an
 * entry, as in a fresh checkout, the newest version on disk is live.
 */
export class ModelStore {
  readonly #options: ModelStoreOptions & Required<Pick<ModelStoreOptions, 'now' | 'lasting'>>;
  readonly #space: ModelSpace;
  readonly #live: LiveVersions;
  readonly #reader: ModelReader;

  constructor({ now = Date.now, maxBytes = Infinity, lasting = [], ...options }: ModelStoreOptions) {
    this.#options = { ...options, now, lasting };
    this.#live = new LiveVersions(options.root, options.index);
    this.#space = new ModelSpace({
      ...this.#options,
      maxBytes,
      keys: () => modelKeys(this.#options.root),
      remove: (key) => this.#remove(key),
    });
    this.#reader = new ModelReader({ ...options, live: this.#live, space: this.#space });
  }

  /**
   * A live model whose files are damaged is set aside, and the one before it is live again.
   * @returns the live model; undefined when there is none
   * @throws UserError when the system cannot read the files just now: they may be whole
   */
  async load<M extends Model>(universe: string, recipe: string, codec: Codec<M>): Promise<M | undefined> {
    for (;;) {
      const live = await this.#live.find(universe, recipe);
      if (live === undefined) return undefined;
      void this.#space.use(live.key);
      try {
        return await this.#reader.read(live, codec);
      } catch (cause) {
        if (isPassing(cause)) throw unreadable(cause);
        await this.#reader.countAsNone({ universe, recipe, ...live }, cause);
      }
    }
  }

  /** Sets a model aside that can be read, but not used, unless another one is live by now. @param cause why */
  async setAside<M extends Model>(universe: string, codec: Codec<M>, model: M, cause: unknown): Promise<void> {
    const { recipe } = model.manifest;
    const live = await this.#live.find(universe, recipe);
    if (live === undefined) return;
    const known = await this.#reader.read(live, codec).catch((error: unknown) => {
      if (isPassing(error)) throw unreadable(error);
      return undefined;
    });
    if (known !== undefined && identityOf(known) !== identityOf(model)) return;
    await this.#reader.countAsNone({ universe, recipe, ...live }, cause);
  }

  /**
   * Saves the model, reads it as `load` does, and makes it live. Deletes versions older than the one that was live
   * before it.
   * @returns `unchanged` when the same version was on disk already and nothing was written
   * @throws Error when it cannot be read again; what was live then stays
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
    await this.#reader.readBack({ key, version }, codec);
    const superseded = await this.#live.make(key, version, model.manifest.trainedUntil);
    if (superseded !== undefined) await tryToRemove(directory, [superseded]);
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
    await tryToRemove(directory, older);
    await this.#space.measure(key);
    return { version };
  }

  /** How many models there are, and the bytes of all their files. Measured once, and after each change. */
  size(): Promise<ModelsSize> {
    return this.#space.size();
  }

  /** The universe of this name is in use tonight: its models are not removed to make room for others. Never rejects. */
  keep(universe: string): Promise<void> {
    return this.#space.keep(universe);
  }

  /**
   * Removes models that nobody has asked about for 30 days, and what killed processes have left. Models that earlier
   * versions saved become their owner's alone, except those of lasting universes: what came with the program is among
   * them, others may run it from the same directory, and their tickers are no secret.
   */
  async tidy(): Promise<void> {
    const { root, lasting } = this.#options;
    for (const universe of (await namesIn(root)).filter((name) => isName(name) && !lasting.includes(name)))
      await makeOwnerOnly(join(root, universe));
    for (const key of await modelKeys(root)) {
      const directory = join(root, key);
      const names = await namesIn(directory);
      const left = await this.#live.superseded(key, names);
      for (const part of ['', DAMAGED, UNUSED])
        left.push(...(await namesIn(join(directory, part))).filter(isTemporary).map((name) => join(part, name)));
      await removeLeftovers(directory, left, this.#options.now());
    }
    await this.#space.removeUnused(UNUSED_MS);
  }

  /**
   * The live models, ordered by universe and recipe, but for those that a newer version of this program has made live.
   * One costs several calls of the disk and the store.
   * @param universes absent: all there are
   */
  async list(universes?: readonly string[]): Promise<readonly ListedModel[]> {
    const models: ListedModel[] = [];
    for (const universe of (universes ?? (await namesIn(this.#options.root))).filter(isName).toSorted()) {
      for (const recipe of await recipesOf(this.#options.root, universe)) {
        const live = await unlessNewer(this.#live.find(universe, recipe));
        if (live === undefined) continue;
        models.push({ universe, recipe, version: live.version, trainedUntil: live.version.slice(0, 10) });
      }
    }
    return models;
  }

  /** The entry goes first: a crash before the files go leaves a model that no entry names, for the next night. */
  async #remove(key: string): Promise<void> {
    if (!(await this.#live.forget(key))) return;
    this.#reader.forget(key);
    const directory = join(this.#options.root, key);
    await rm(directory, { recursive: true, force: true });
    // Unless the universe has models by other recipes.
    await rmdir(dirname(directory)).catch(() => undefined);
  }

  /** The tickers of each model of the universe, whether or not it can be used; each list once. */
  tickerLists(universe: string): Promise<readonly (readonly string[])[]> {
    return tickerListsIn(join(this.#options.root, universe));
  }
}

const unreadable = (cause: unknown): UserError =>
  new UserError(
    `The model cannot be read (${errorCode(cause)}): please try again later. Whoever runs this bot has to look at the rights and the disk of MODELS_DIR.`,
    { code: 'models.unreadable', cause },
  );

const bytesOf = <M>(codec: Codec<M>, model: M): number =>
  Object.values(codec.encode(model)).reduce((bytes, { byteLength }) => bytes + byteLength, 0);
