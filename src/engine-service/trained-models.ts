import type { Schedule } from '../engine/backtest/plan.ts';
import type { Model } from '../engine/strategies/strategy.ts';

interface ModelUses {
  readonly schedule: Schedule;
  /** The decisions to make. */
  readonly missing: readonly number[];
  /** Whether each training needs the one before. */
  readonly isChain: boolean;
}

type PendingModel = Promise<Model | undefined>;

/** The models of a walk, each until nothing needs it any more: there are many, and some take 40 MB. */
export class TrainedModels {
  readonly #models = new Map<number, PendingModel>();
  /** The decisions that need it. */
  readonly #left: number[];
  readonly #isChain: boolean;

  constructor({ schedule: { decisionDates, trainings }, missing, isChain }: ModelUses) {
    this.#isChain = isChain;
    this.#left = trainings.map(() => 0);
    for (const decision of missing) this.#left[decisionDates[decision]!.training]! += 1;
  }

  /** @returns undefined where there is none, or none that is needed */
  of(training: number): PendingModel | undefined {
    return this.#models.get(training);
  }

  /** @param model its training has begun */
  add(training: number, model: PendingModel): PendingModel {
    this.#models.set(training, model);
    this.#forget(training - 1);
    return model;
  }

  countDecision(training: number): void {
    this.#left[training]! -= 1;
    this.#forget(training);
  }

  #forget(training: number): void {
    const isNeeded = this.#isChain && training + 1 < this.#left.length && !this.#models.has(training + 1);
    if (!isNeeded && this.#left[training] === 0) this.#models.delete(training);
  }
}
