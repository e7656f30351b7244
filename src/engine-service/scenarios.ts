import { LRUCache } from 'lru-cache';
import { pricesHash } from '../engine/history.ts';
import { samplingsOf, type Samples } from '../engine/samples.ts';
import { identityOf } from '../engine/strategies/strategy.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import type { SimulateInput } from '../workers/tasks.ts';
import { SingleFlight } from './single-flight.ts';

const CACHED_BYTES = 256 * 2 ** 20;

/** Draws and caches scenarios, the slow part of an answer. Another limit or alpha needs only the optimiser. */
export class ScenarioCache {
  readonly #pool: Pick<Pool, 'run'>;
  readonly #cache: LRUCache<string, Samples>;
  readonly #flights = new SingleFlight<Samples>();
  #drops = 0;

  constructor(pool: Pick<Pool, 'run'>, cachedBytes = CACHED_BYTES) {
    this.#pool = pool;
    this.#cache = new LRUCache({
      maxSize: cachedBytes,
      sizeCalculation: ({ scenarios, fresh }) => scenarios.data.byteLength + fresh.data.byteLength,
    });
  }

  /** @param input with the history's recent days alone */
  async draw(input: SimulateInput, options: TaskOptions): Promise<Samples> {
    const { model, history, horizonDays, sampling } = input;
    const { scenarios, seed } = sampling;
    const key = [identityOf(model), pricesHash(history.prices), horizonDays, scenarios, seed].join('/');
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    return this.#flights.run(key, options, async ({ signal, onProgress }) => {
      const dropsBefore = this.#drops;
      const { main, fresh } = samplingsOf(sampling);
      const drawn = await Promise.all([
        this.#pool.run('simulate', { ...input, sampling: main }, { signal, onProgress }),
        this.#pool.run('simulate', { ...input, sampling: fresh }, { signal }),
      ]);
      const samples = { scenarios: drawn[0], fresh: drawn[1] };
      // This model may have been replaced and dropped meanwhile.
      if (this.#drops === dropsBefore) this.#cache.set(key, samples);
      return samples;
    });
  }

  /** Removes a model's scenarios from the cache. @param identity from `identityOf` */
  drop(identity: string): void {
    this.#drops++;
    const gone = [...this.#cache.keys()].filter((key) => key.startsWith(`${identity}/`));
    for (const key of gone) this.#cache.delete(key);
  }
}
