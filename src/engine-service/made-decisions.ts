import type { StoredDecisions } from './decision-cache.ts';

/** The decisions of each date as they are made, for later ones that depend on them. */
export class MadeDecisions {
  readonly #made: readonly PromiseWithResolvers<StoredDecisions>[];
  #isWhole = true;

  /** @param cached those of each date that are known */
  constructor(cached: readonly (StoredDecisions | undefined)[]) {
    this.#made = cached.map(() => Promise.withResolvers());
    cached.forEach((decisions, at) => decisions && this.add(at, decisions));
  }

  add(at: number, decisions: StoredDecisions): void {
    if (decisions.some(({ status }) => status === 'failed')) this.#isWhole = false;
    this.#made[at]!.resolve(decisions);
  }

  /** Whether no decision has failed. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  at(decision: number): Promise<StoredDecisions> {
    return this.#made[decision]!.promise;
  }
}
