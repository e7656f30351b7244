import { createHash } from 'node:crypto';
import type { UniverseSpec } from '../data/universes.ts';
import { historyUntil, pricesHash, type History } from '../engine/history.ts';
import { identityOf, type Memory, type ModelArtefact, type ModelManifest } from '../engine/lstm/artefact.ts';
import type { LoadedPrices, Prices, Recipe } from '../engine/types.ts';
import type { ModelStore } from '../store/models.ts';
import { DEFAULTS } from '../text/parse.ts';
import type { Pool, TaskOptions } from '../workers/pool.ts';
import { createShare } from './sharing.ts';

interface Subject {
  readonly universe: UniverseSpec;
  readonly loaded: LoadedPrices;
  readonly recipe: Recipe;
  /** Absent: the recipe's own. */
  readonly memory?: Memory | undefined;
}

export interface SavedModel {
  readonly artefact: ModelArtefact;
  readonly name: string;
  readonly version: string;
  /** True when the very same model was there already. */
  readonly unchanged: boolean;
}

/** Which model speaks for a universe. */
export interface ModelSource {
  /** The live model if it fits, or one that is trained for this. */
  find(subject: Subject, history: History, options: TaskOptions): Promise<ModelArtefact>;
  /** The memory that somebody chose for this universe; undefined: the recipe's own. */
  memoryOf(subject: Subject): Promise<Memory | undefined>;
  /** Trains on all the prices, and makes the result the live model. */
  train(subject: Subject, seed: number, options: TaskOptions): Promise<SavedModel>;
}

interface Parts {
  readonly models: ModelStore;
  readonly pool: Pool;
  /** Told the identity of a model that another one has replaced. */
  readonly onReplaced: (identity: string) => void;
}

export function createModelSource({ models, pool, onReplaced }: Parts): ModelSource {
  const shareSaved = createShare<SavedModel>();
  const sharePast = createShare<ModelArtefact>();
  const hashOf = createHashing();
  /** The identity of each live model, by name and recipe, as last seen: another process may replace it too. */
  const live = new Map<string, string>();

  function seeLive(name: string, artefact: ModelArtefact): void {
    const key = `${name}/${artefact.manifest.recipe}`;
    const [before, identity] = [live.get(key), identityOf(artefact)];
    live.set(key, identity);
    if (before !== undefined && before !== identity) onReplaced(before);
  }

  const keyOf = ({ loaded, recipe, memory }: Subject, seed: number, until: string): string =>
    [recipe, memory, seed, until, hashOf(loaded.prices)].join('/');

  function train(subject: Subject, seed: number, options: TaskOptions): Promise<SavedModel> {
    const { universe, loaded, recipe, memory } = subject;
    const name = modelName(universe, loaded);
    const history = historyUntil(loaded.prices);
    return shareSaved(`${name}/${keyOf(subject, seed, history.until)}`, options, async (around) => {
      const artefact = await pool.run('train', { history, recipe, seed, memory }, around);
      const saved = await models.save(name, recipe, artefact);
      seeLive(name, artefact);
      return { artefact, name, ...saved };
    });
  }

  /** A model of a past day answers its requests alone: the live one is never replaced by it. */
  function trainPast(subject: Subject, seed: number, history: History, options: TaskOptions): Promise<ModelArtefact> {
    const { recipe, memory } = subject;
    return sharePast(keyOf(subject, seed, history.until), options, (around) =>
      pool.run('train', { history, recipe, seed, memory }, around),
    );
  }

  return {
    async find(subject, history, options) {
      const { universe, loaded, recipe } = subject;
      const name = modelName(universe, loaded);
      const stored = await models.load(name, recipe);
      if (stored !== undefined) seeLive(name, stored);
      const isUsable = stored !== undefined && fits(stored.manifest, subject, hashOf);
      if (isUsable && stored.manifest.trainedUntil <= history.until) return stored;
      // A memory that somebody chose for this universe stays chosen.
      const next = { memory: stored?.manifest.hyper.memory, ...subject };
      const isNewest = history.until === loaded.prices.dates.at(-1);
      if (!isNewest) return trainPast(next, DEFAULTS.seed, history, options);
      return (await train(next, DEFAULTS.seed, options)).artefact;
    },
    async memoryOf({ universe, loaded, recipe }) {
      return (await models.load(modelName(universe, loaded), recipe))?.manifest.hyper.memory;
    },
    train,
  };
}

/**
 * The name under which a universe's model is kept. A file is known by its tickers and its first
 * prices, so that it keeps its model when days are added to it.
 */
function modelName(universe: UniverseSpec, { prices }: LoadedPrices): string {
  if (universe.kind === 'named') return universe.name;
  const identity = [prices.tickers, ...(universe.kind === 'csv' ? [prices.dates[0], prices.closes[0]] : [])];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
  return `${universe.kind}-${hash}`;
}

/**
 * Whether a stored model speaks for these prices. A vendor's adjusted closes move with every
 * dividend, so there the tickers decide; a file's must be the very prices it was trained on.
 */
function fits(manifest: ModelManifest, { universe, loaded: { prices } }: Subject, hashOf: typeof pricesHash): boolean {
  if (manifest.tickers.join() !== prices.tickers.join()) return false;
  if (universe.kind === 'tickers' || (universe.kind === 'named' && universe.name !== 'sample')) return true;
  if (!prices.dates.includes(manifest.trainedUntil)) return false;
  return manifest.pricesHash === hashOf(prices, { until: manifest.trainedUntil, days: manifest.days });
}

/** Hashing ten years of 12 assets takes 3 ms, which everybody waits for; prices that stay fresh are the same object. */
function createHashing(): typeof pricesHash {
  const hashes = new WeakMap<Prices, Map<string, string>>();
  return (prices, window) => {
    const known = hashes.get(prices) ?? new Map<string, string>();
    hashes.set(prices, known);
    const span = JSON.stringify(window ?? null);
    const hash = known.get(span) ?? pricesHash(prices, window);
    known.set(span, hash);
    return hash;
  };
}
