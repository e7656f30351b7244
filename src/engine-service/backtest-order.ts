// Pure: the order in which a backtest's work is begun, and how much of it at once.
import type { Walk } from '../engine/backtest/plan.ts';

export type Work =
  { readonly kind: 'train'; readonly training: number } | { readonly kind: 'decide'; readonly slot: number };

interface Order {
  readonly walk: Walk;
  /** The decisions to make, ascending. */
  readonly missing: readonly number[];
  /** Each training needs the one before. */
  readonly isChain: boolean;
  /** How many trainings are begun before the decisions of the first of them. */
  readonly ahead: number;
}

/**
 * Decisions in the order of time, each after the training that it needs; trainings that no decision needs are
 * left out. What is begun waits only for what was begun before it.
 */
export function orderWorks({ walk: { slots }, missing, isChain, ahead }: Order): Work[] {
  const needed = [...new Set(missing.map((slot) => slots[slot]!.training))];
  const trainings = isChain ? Array.from({ length: (needed.at(-1) ?? -1) + 1 }, (_, training) => training) : needed;
  const works: Work[] = trainings.slice(0, ahead).map(trainWork);
  for (const [k, training] of trainings.entries()) {
    const served = missing.filter((slot) => slots[slot]!.training === training);
    works.push(...served.map((slot): Work => ({ kind: 'decide', slot })));
    works.push(...trainings.slice(k + ahead, k + ahead + 1).map(trainWork));
  }
  return works;
}

const trainWork = (training: number): Work => ({ kind: 'train', training });

/** Begins the works in their order, at most so many at once. @throws what the first that fails throws */
export async function inOrder<T>(works: readonly T[], atOnce: number, perform: (work: T) => Promise<void>) {
  const next = works.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const work of next) await perform(work);
    }),
  );
}
