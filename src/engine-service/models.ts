import { LRUCache } from 'lru-cache';
import { canonicalJson } from '../engine/canonical-json.ts';
import { historyUntil, type History } from '../engine/history.ts';
import { checkNeeds, findStrategy } from '../engine/strategies/index.ts';
import { identityOf, type Model, type StrategyChoice } from '../engine/strategies/strategy.ts';
import type { UserError } from '../errors.ts';
import { hopelessTraining, isHopeless } from '../engine/hopeless-training.ts';
import { DEFAULTS } from '../parse.ts';
import type { ModelStore } from '../store/models.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import { fitInParts } from './fit-in-parts.ts';
import { LiveModels, refit } from './live-models.ts';
import { createHashing, modelName, type ModelSubject } from './model-fit.ts';
import { compareModels, type RetrainedModel } from './model-comparison.ts';
import type { FaultLog } from './backtest-decisions.ts';
import { ModelFault } from './scenarios.ts';
import { SingleFlight } from './single-flight.ts';
import { type UnsavedModel, UnsavedModels } from './unsaved-models.ts';

export interface SavedModel {
  readonly model: Model;
  readonly name: string;
  readonly version: string;
  /** Whether the same model was already saved. */
  readonly unchanged: boolean;
}

type NewModel = Omit<SavedModel, 'version' | 'unchanged'> & {
  /** What came of saving it. */
  readonly saving: Pick<SavedModel, 'version' | 'unchanged'> | { readonly fault: unknown; readonly note: string };
};

interface FoundModel extends Partial<UnsavedModel> {
  readonly model: Model;
  /** Whether it was trained by this process, and another training would give the same. */
  readonly isNew: boolean;
}

interface ModelServiceOptions {
  readonly models: ModelStore;
  readonly pool: Pick<Pool, 'run'>;
  /** Called with the identity of a model that another one has replaced. */
  readonly onReplaced: (identity: string) => void;
  /** Called when a new model could not be saved. It answers from memory for some minutes; absent: nobody is told. */
  readonly onUnsaved?: OnUnsaved;
  /** Told once of each training that was of no use. */
  readonly log: FaultLog;
}

/** Told which model could not be saved, and a sentence why. @param universe the name of its models */
export type OnUnsaved = (
  error: unknown,
  model: { readonly universe: string; readonly recipe: string; readonly note: string },
) => void;

/** Trainings and models of no use that are remembered; each costs a training to find out again. */
const HOPELESS = 1_000;

/** Finds, trains and saves the models of universes. */
export class ModelService {
  readonly #models: ModelStore;
  readonly #pool: Pick<Pool, 'run'>;
  readonly #onUnsaved: ModelServiceOptions['onUnsaved'];
  readonly #log: FaultLog;
  readonly #unsaved = new UnsavedModels();
  readonly #saving = new SingleFlight<NewModel>();
  readonly #retraining = new SingleFlight<RetrainedModel>();
  readonly #fitting = new SingleFlight<Model>();
  readonly #hashOf = createHashing();
  readonly #live: LiveModels;
  /**
   * Why these were of no use: trainings by their keys, which name the prices, and newly trained models by their
   * identities. They are not trained again and again.
   */
  readonly #hopeless = new LRUCache<string, UserError>({ max: HOPELESS });

  constructor({ models, pool, onReplaced, onUnsaved, log }: ModelServiceOptions) {
    this.#models = models;
    this.#pool = pool;
    this.#live = new LiveModels({ models, hashOf: this.#hashOf, onReplaced });
    this.#onUnsaved = onUnsaved;
    this.#log = log;
  }

  /**
   * Uses the live model if it was made for these prices; otherwise a newly trained one. A live one that turns out to be
   * of no use counts as none: it is set aside, and the next one is used.
   * @param work is told by a note where the model could not be saved
   * @throws UserError when a newly trained model is of no use either
   */
  async use<T>(
    subject: ModelSubject,
    history: History,
    options: TaskOptions,
    work: (model: Model, note: string | undefined) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const found = await this.#find(subject, history, options);
      try {
        return await work(found.model, found.note);
      } catch (fault) {
        if (!(fault instanceof ModelFault)) throw fault;
        await this.#giveUp(subject, found, fault);
      }
    }
  }

  async #find(subject: ModelSubject, history: History, options: TaskOptions): Promise<FoundModel> {
    const { stored, isUsable } = await this.#live.find(subject, history);
    if (isUsable) return { model: stored, isNew: false };
    const next = { ...subject, strategy: refit(subject.strategy, stored) };
    // A model for a past day serves only this request and never goes live.
    if (subject.isPast === true) {
      return { model: await this.#fit(next, { seed: DEFAULTS.seed }, history, options), isNew: true };
    }
    const kept = this.#findUnsaved(subject, history);
    if (kept !== undefined) return { ...kept, isNew: true };
    const { model, saving } = await this.#trainAfter(undefined, next, DEFAULTS.seed, options);
    return { model, isNew: true, ...('note' in saving && { note: saving.note }) };
  }

  #findUnsaved(subject: ModelSubject, history: History): UnsavedModel | undefined {
    const { id, params } = subject.strategy;
    const name = modelName(subject.universe, subject.loaded);
    const kept = this.#unsaved.find(name, findStrategy(id).recipeOf(params));
    return kept !== undefined && this.#live.isFor(kept.model, subject, history) ? kept : undefined;
  }

  /** @throws UserError where another training would not help */
  async #giveUp(subject: ModelSubject, { model, isNew }: FoundModel, fault: ModelFault): Promise<void> {
    const identity = identityOf(model);
    if (isNew) this.#remember(identity, subject, hopelessTraining(fault.message));
    const hopeless = this.#hopeless.get(identity);
    if (hopeless !== undefined) throw hopeless;
    await this.#live.setAside(subject, model, fault);
  }

  /** The choice for new models of this universe: parameters that were chosen for the live model are kept. */
  choiceFor(subject: ModelSubject): Promise<StrategyChoice> {
    return this.#live.choiceFor(subject);
  }

  /** Trains on all prices, and makes the result the live model. @throws the fault when it cannot be saved */
  async train(subject: ModelSubject, seed: number, options: TaskOptions): Promise<SavedModel> {
    const { stored, isUsable } = await this.#live.find(subject, historyUntil(subject.loaded.prices));
    const { saving, ...trained } = await this.#trainAfter(isUsable ? stored : undefined, subject, seed, options);
    if ('fault' in saving) throw saving.fault;
    return { ...trained, ...saving };
  }

  /**
   * A model that cannot be saved is kept in memory.
   * @param previous the live model, if it was made for these prices
   */
  #trainAfter(
    previous: Model | undefined,
    subject: ModelSubject,
    seed: number,
    options: TaskOptions,
  ): Promise<NewModel> {
    const name = modelName(subject.universe, subject.loaded);
    const history = historyUntil(subject.loaded.prices);
    return this.#saving.run(`${name}/${this.#keyOf(subject, seed, history)}`, options, async (shared) => {
      const model = await this.#fit(subject, { seed, previous }, history, shared);
      return { model, name, saving: await this.#tryToGoLive(name, subject.strategy, model) };
    });
  }

  async #tryToGoLive(name: string, choice: StrategyChoice, model: Model): Promise<NewModel['saving']> {
    try {
      return await this.#live.save(name, choice, model);
    } catch (fault) {
      const { note } = this.#unsaved.keep(name, model, fault);
      this.#onUnsaved?.(fault, { universe: name, recipe: model.manifest.recipe, note });
      return { fault, note };
    }
  }

  /** Trains on all prices, and makes the result the live model unless the present one is better. */
  async retrain(subject: ModelSubject, options: TaskOptions): Promise<RetrainedModel & { readonly name: string }> {
    const name = modelName(subject.universe, subject.loaded);
    const history = historyUntil(subject.loaded.prices);
    const next = { ...subject, strategy: await this.choiceFor(subject) };
    const key = `${name}/${this.#keyOf(next, DEFAULTS.seed, history)}`;
    const retrained = await this.#retraining.run(key, options, async (shared) => {
      const before = await this.#live.find(subject, history);
      const previous = before.isUsable ? before.stored : undefined;
      const challenger = await this.#fit(next, { seed: DEFAULTS.seed, previous }, history, shared);
      // Another model may have gone live meanwhile.
      const { stored, isUsable } = await this.#live.find(subject, history);
      const comparison = {
        strategy: subject.strategy.id,
        name,
        history,
        champion: isUsable ? stored : undefined,
        challenger,
      };
      const goLive = () => this.#live.save(name, subject.strategy, challenger);
      return compareModels({ models: this.#models, pool: this.#pool, goLive }, comparison, shared);
    });
    return { name, ...retrained };
  }

  /** Trains, and saves nothing. @throws UserError also where the same training was of no use before */
  async #fit(
    subject: ModelSubject,
    { seed, previous }: { readonly seed: number; readonly previous?: Model | undefined },
    history: History,
    options: TaskOptions,
  ): Promise<Model> {
    const { id: strategy, params } = subject.strategy;
    checkNeeds(findStrategy(strategy), history.prices);
    const key = this.#keyOf(subject, seed, history);
    const hopeless = this.#hopeless.get(key);
    if (hopeless !== undefined) throw hopeless;
    return this.#fitting.run(key, options, async (shared) => {
      try {
        return await fitInParts(this.#pool, 'fit', { strategy, history, params, seed, previous }, shared);
      } catch (error) {
        if (isHopeless(error)) this.#remember(key, subject, error);
        throw error;
      }
    });
  }

  #remember(key: string, { universe, loaded }: ModelSubject, err: UserError): void {
    this.#hopeless.set(key, err);
    const details = { universe: modelName(universe, loaded), reason: err.data?.['reason'] };
    this.#log.error(details, 'no usable model can be trained on these prices');
  }

  /** Identifies a model in training. Strategies that share a recipe share its models. */
  #keyOf({ loaded, strategy }: ModelSubject, seed: number, { until }: History): string {
    const recipe = findStrategy(strategy.id).recipeOf(strategy.params);
    return [recipe, canonicalJson(strategy.params), seed, until, this.#hashOf(loaded.prices)].join('/');
  }
}
