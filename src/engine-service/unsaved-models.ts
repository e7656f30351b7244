// Models that were trained for an answer and could not be saved. They answer from memory, and say so.
import { LRUCache } from 'lru-cache';
import { MINUTE_MS } from '../durations.ts';
import type { Model } from '../engine/strategies/strategy.ts';
import { errorCode, UserError } from '../errors.ts';

/** Then it is trained again, and perhaps saved. */
const KEPT = { max: 10, ttl: 10 * MINUTE_MS };

export interface UnsavedModel {
  readonly model: Model;
  /** A sentence for whoever is answered by it. */
  readonly note: string;
}

export class UnsavedModels {
  readonly #models = new LRUCache<string, UnsavedModel>(KEPT);

  /** @param name of the universe's models @param fault why it could not be saved */
  keep(name: string, model: Model, fault: unknown): UnsavedModel {
    const kept = { model, note: `The model could not be saved: ${why(fault)}.` };
    this.#models.set(`${name}/${model.manifest.recipe}`, kept);
    return kept;
  }

  find(name: string, recipe: string): UnsavedModel | undefined {
    return this.#models.get(`${name}/${recipe}`);
  }
}

/** Codes of the store and of models, and of the system for a disk, a quota or a file that is full. */
const FULL = new Set(['store.full', 'models.full', 'ENOSPC', 'EDQUOT', 'EFBIG']);

/** Without what only operators may read, such as paths. */
function why(fault: unknown): string {
  const code = fault instanceof UserError ? fault.code : errorCode(fault);
  if (FULL.has(code ?? '')) return 'there is no room on the disk';
  if (code === 'store.locked') return 'another program keeps the store locked';
  return 'the disk or the store does not take it';
}
