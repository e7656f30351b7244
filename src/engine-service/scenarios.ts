import { LRUCache } from 'lru-cache';
import { pricesHash, type History } from '../engine/history.ts';
import { identityOf, type ModelArtefact } from '../engine/lstm/artefact.ts';
import { recentHistory, samplesOf } from '../engine/samples.ts';
import type { Matrix } from '../engine/types.ts';
import type { AllocateRequest } from './requests.ts';
import type { Pool, TaskOptions } from '../workers/pool.ts';
import { createShare } from './sharing.ts';

/** C (M, n) to optimise on and C (M/2, n) to re-price on, both on shared memory: threads read them without a copy. */
export interface Samples {
  readonly scenarios: Matrix;
  readonly fresh: Matrix;
}

type DrawRequest = Pick<AllocateRequest, 'horizonDays' | 'scenarios' | 'seed'>;

/** Scenarios, kept: they are the slow part of an answer, and another limit or alpha needs only the optimiser. */
export interface ScenarioSource {
  draw(artefact: ModelArtefact, history: History, request: DrawRequest, options: TaskOptions): Promise<Samples>;
  /** Forgets what a model has drawn. @param identity as `identityOf` tells it */
  drop(identity: string): void;
}

const CACHED_BYTES = 256 * 2 ** 20;

export function createScenarioSource(pool: Pool, cachedBytes = CACHED_BYTES): ScenarioSource {
  const cache = new LRUCache<string, Samples>({
    maxSize: cachedBytes,
    sizeCalculation: ({ scenarios, fresh }) => scenarios.data.byteLength + fresh.data.byteLength,
  });
  const share = createShare<Samples>();
  let drops = 0;

  return {
    async draw(artefact, history, { horizonDays, scenarios, seed }, options) {
      const recent = recentHistory(artefact, history);
      const key = [identityOf(artefact), pricesHash(recent.prices), horizonDays, scenarios, seed].join('/');
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      return share(key, options, async ({ signal, onProgress }) => {
        const dropsBefore = drops;
        const input = { artefact, history: recent, horizon: horizonDays };
        const asked = samplesOf({ scenarios, seed });
        const [main, fresh] = await Promise.all([
          pool.run('draw', { ...input, ...asked.main }, { signal, onProgress }),
          pool.run('draw', { ...input, ...asked.fresh }, { signal }),
        ]);
        const samples = { scenarios: main, fresh };
        // The model that was replaced meanwhile may be this one.
        if (drops === dropsBefore) cache.set(key, samples);
        return samples;
      });
    },
    drop(identity) {
      drops++;
      const gone = [...cache.keys()].filter((key) => key.startsWith(`${identity}/`));
      for (const key of gone) cache.delete(key);
    },
  };
}
