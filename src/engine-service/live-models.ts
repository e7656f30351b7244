import type { pricesHash, History } from '../engine/history.ts';
import { findStrategy } from '../engine/strategies/index.ts';
import { identityOf, type Model, type StrategyChoice } from '../engine/strategies/strategy.ts';
import type { ModelStore } from '../store/models.ts';
import { isModelOf, modelName, type ModelSubject } from './model-fit.ts';

interface LiveModelsOptions {
  readonly models: ModelStore;
  readonly hashOf: typeof pricesHash;
  /** Called with the identity of a model that another one has replaced. */
  readonly onReplaced: (identity: string) => void;
}

/** Which saved models are live, and what for. */
export class LiveModels {
  readonly #options: LiveModelsOptions;
  /** The last known identity of each, by name and recipe. Another process may replace it too. */
  readonly #identities = new Map<string, string>();

  constructor(options: LiveModelsOptions) {
    this.#options = options;
  }

  /** @returns the live model, and whether it can be used for the last day of the history */
  async find(subject: ModelSubject, history: Pick<History, 'until'>) {
    const name = modelName(subject.universe, subject.loaded);
    const stored = await this.#load(name, subject.strategy);
    if (stored === undefined) return { isUsable: false } as const;
    this.#see(name, stored);
    return { stored, isUsable: this.isFor(stored, subject, history) };
  }

  /** Whether the model was made for these prices, and no later day. */
  isFor({ manifest }: Model, subject: ModelSubject, { until }: Pick<History, 'until'>): boolean {
    return isModelOf(manifest, subject, this.#options.hashOf) && manifest.trainedUntil <= until;
  }

  /** The choice for new models of this universe: parameters that were chosen for the live model are kept. */
  async choiceFor({ universe, loaded, strategy }: ModelSubject): Promise<StrategyChoice> {
    return refit(strategy, await this.#load(modelName(universe, loaded), strategy));
  }

  /** Saves a model, and makes it live. @param name of the universe's models */
  async save(name: string, { id }: StrategyChoice, model: Model) {
    const saved = await this.#options.models.save(name, findStrategy(id).codec, model);
    this.#see(name, model);
    return saved;
  }

  /** The model counts as none from now on. @param fault why */
  setAside({ universe, loaded, strategy: { id } }: ModelSubject, model: Model, fault: unknown): Promise<void> {
    return this.#options.models.setAside(modelName(universe, loaded), findStrategy(id).codec, model, fault);
  }

  #see(name: string, model: Model): void {
    const key = `${name}/${model.manifest.recipe}`;
    const [before, identity] = [this.#identities.get(key), identityOf(model)];
    this.#identities.set(key, identity);
    if (before !== undefined && before !== identity) this.#options.onReplaced(before);
  }

  #load(name: string, { id, params }: StrategyChoice): Promise<Model | undefined> {
    const strategy = findStrategy(id);
    return this.#options.models.load(name, strategy.recipeOf(params), strategy.codec);
  }
}

/** Adds the stored model's parameters to the choice, unless the choice overrides them. */
export function refit(choice: StrategyChoice, stored: Model | undefined): StrategyChoice {
  return stored === undefined
    ? choice
    : { ...choice, params: { ...findStrategy(choice.id).paramsOf(stored), ...choice.params } };
}
