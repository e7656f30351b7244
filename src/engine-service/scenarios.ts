import { LRUCache } from 'lru-cache';
import { canonicalJson } from '../engine/canonical-json.ts';
import type { Mandate } from '../engine/mandate.ts';
import { oncePer } from '../engine/once-per.ts';
import type { KnownMinimum } from '../engine/optimize/optimizer.ts';
import type { Samples } from '../engine/samples.ts';
import type { DrawOrder, Drawn } from '../engine/strategies/drawn.ts';
import type { View } from '../engine/views/view.ts';
import { identityOf } from '../engine/strategies/strategy.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import { countSharedMemory } from '../workers/shared-memory.ts';
import type { Allocation } from './answers.ts';
import { createHashing } from './model-fit.ts';
import { SingleFlight } from './single-flight.ts';

/** No scenarios can be drawn from the model. */
export class ModelFault extends Error {
  override readonly name = 'ModelFault';
}

const CACHED_BYTES = 256 * 2 ** 20;

const minimumKey = ({ kappa }: Drawn, { constraints, risk, held }: Mandate): string =>
  canonicalJson([constraints, risk.alpha, kappa, held ?? null]);

/** Draws and caches scenarios. Another limit or alpha needs only the optimiser. */
export class ScenarioCache {
  readonly #pool: Pick<Pool, 'run'>;
  readonly #cache: LRUCache<string, Drawn>;
  readonly #flights = new SingleFlight<Drawn>();
  readonly #hashOf = createHashing();
  readonly #minimaOf = oncePer((_samples: Samples) => new Map<string, KnownMinimum>());
  #drops = 0;

  constructor(pool: Pick<Pool, 'run'>, cachedBytes = CACHED_BYTES) {
    this.#pool = pool;
    this.#cache = new LRUCache({
      maxSize: cachedBytes,
      sizeCalculation: ({ samples: { scenarios, pricing }, fresh }) =>
        scenarios.data.byteLength + (pricing?.data.byteLength ?? 0) + fresh.data.byteLength,
    });
  }

  /**
   * @param order with the history's recent days alone
   * @throws ModelFault, and as `Pool.run`
   */
  async draw(order: DrawOrder, options: TaskOptions): Promise<Drawn> {
    // Strategies share the scenarios of a model.
    return { ...(await this.#draw(order, options)), strategy: order.strategy };
  }

  async #draw(order: DrawOrder, options: TaskOptions): Promise<Drawn> {
    const { model, history, horizonDays, sampling } = order;
    const { scenarios, seed } = sampling;
    const key = [identityOf(model), this.#hashOf(history.prices), horizonDays, scenarios, seed].join('/');
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    return this.#flights.run(key, options, async ({ signal, onProgress }) => {
      const dropsBefore = this.#drops;
      const drawn = await this.#pool.run('simulate', order, { signal, onProgress });
      if ('unusable' in drawn) throw new ModelFault(drawn.unusable);
      // This model may have been replaced and dropped meanwhile.
      if (this.#drops === dropsBefore) this.#cache.set(key, drawn);
      return countSharedMemory(drawn);
    });
  }

  /** By κ, and as views have them. @throws UserError as `applyViews` */
  async scale(
    asDrawn: Drawn,
    { kappa, views }: { readonly kappa: number; readonly views?: readonly View[] },
    { signal }: TaskOptions,
  ): Promise<Drawn> {
    const drawn = { ...asDrawn, kappa };
    return views === undefined ? drawn : countSharedMemory(await this.#pool.run('view', { drawn, views }, { signal }));
  }

  /** The least risky split of scenarios, if it was found before under the same constraints. */
  knownMinimum(drawn: Drawn, mandate: Mandate): KnownMinimum | undefined {
    return this.#minimaOf(drawn.samples).get(minimumKey(drawn, mandate));
  }

  keepMinimum(drawn: Drawn, mandate: Mandate, { minimum, minimumGap: gap }: Allocation): void {
    if (minimum === undefined || gap === undefined) return;
    this.#minimaOf(drawn.samples).set(minimumKey(drawn, mandate), { weights: minimum.weights, gap });
  }

  /** Removes a model's scenarios from the cache. @param identity from `identityOf` */
  drop(identity: string): void {
    this.#drops++;
    const gone = [...this.#cache.keys()].filter((key) => key.startsWith(`${identity}/`));
    for (const key of gone) this.#cache.delete(key);
  }
}
