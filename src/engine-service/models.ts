import { historyUntil, type History } from '../engine/history.ts';
import { identityOf, type Memory, type ModelArtefact } from '../engine/lstm/artefact.ts';
import type { ModelStore } from '../store/models.ts';
import { DEFAULTS } from '../parse.ts';
import type { Pool, TaskOptions } from '../workers/pool.ts';
import { createHashing, fits, modelName, type Subject } from './model-fit.ts';
import { settle, type RetrainedModel } from './retraining.ts';
import { createShare } from './sharing.ts';

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
  /** Trains on all the prices, and makes the result the live model unless the one that is live is better. */
  retrain(subject: Subject, options: TaskOptions): Promise<RetrainedModel & { readonly name: string }>;
}

interface Parts {
  readonly models: ModelStore;
  readonly pool: Pool;
  /** Told the identity of a model that another one has replaced. */
  readonly onReplaced: (identity: string) => void;
}

export function createModelSource({ models, pool, onReplaced }: Parts): ModelSource {
  const shareSaved = createShare<SavedModel>();
  const shareRetrained = createShare<RetrainedModel>();
  const shareTrained = createShare<ModelArtefact>();
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

  /** Trains alone: nothing is saved. */
  function trainOn(subject: Subject, seed: number, history: History, options: TaskOptions): Promise<ModelArtefact> {
    const { recipe, memory } = subject;
    return shareTrained(keyOf(subject, seed, history.until), options, (around) =>
      pool.run('train', { history, recipe, seed, memory }, around),
    );
  }

  async function goLive(name: string, artefact: ModelArtefact) {
    const saved = await models.save(name, artefact.manifest.recipe, artefact);
    seeLive(name, artefact);
    return saved;
  }

  function train(subject: Subject, seed: number, options: TaskOptions): Promise<SavedModel> {
    const name = modelName(subject.universe, subject.loaded);
    const history = historyUntil(subject.loaded.prices);
    return shareSaved(`${name}/${keyOf(subject, seed, history.until)}`, options, async (around) => {
      const artefact = await trainOn(subject, seed, history, around);
      return { artefact, name, ...(await goLive(name, artefact)) };
    });
  }

  /** @returns the live model, and whether it can speak on the last day of the history */
  async function findLive(subject: Subject, { until }: Pick<History, 'until'>) {
    const name = modelName(subject.universe, subject.loaded);
    const stored = await models.load(name, subject.recipe);
    if (stored === undefined) return { isUsable: false } as const;
    seeLive(name, stored);
    return { stored, isUsable: fits(stored.manifest, subject, hashOf) && stored.manifest.trainedUntil <= until };
  }

  return {
    async find(subject, history, options) {
      const { stored, isUsable } = await findLive(subject, history);
      if (isUsable) return stored;
      // A memory that somebody chose for this universe stays chosen.
      const next = { memory: stored?.manifest.hyper.memory, ...subject };
      const isNewest = history.until === subject.loaded.prices.dates.at(-1);
      // A model of a past day answers its requests alone: the live one is never replaced by it.
      if (!isNewest) return trainOn(next, DEFAULTS.seed, history, options);
      return (await train(next, DEFAULTS.seed, options)).artefact;
    },
    async memoryOf({ universe, loaded, recipe }) {
      return (await models.load(modelName(universe, loaded), recipe))?.manifest.hyper.memory;
    },
    train,
    async retrain(subject, options) {
      const name = modelName(subject.universe, subject.loaded);
      const history = historyUntil(subject.loaded.prices);
      const next = { memory: (await findLive(subject, history)).stored?.manifest.hyper.memory, ...subject };
      const key = `${name}/${keyOf(next, DEFAULTS.seed, history.until)}`;
      const retrained = await shareRetrained(key, options, async (around) => {
        const challenger = await trainOn(next, DEFAULTS.seed, history, around);
        // Another may have gone live while this one was trained.
        const { stored, isUsable } = await findLive(subject, history);
        const champion = isUsable ? stored : undefined;
        return settle({ models, pool, goLive }, { name, history, champion, challenger }, around);
      });
      return { name, ...retrained };
    },
  };
}
