import type { Schedule } from '../engine/backtest/plan.ts';

export type BacktestWork =
  { readonly kind: 'fit'; readonly training: number } | { readonly kind: 'decide'; readonly decision: number };

interface Order {
  readonly schedule: Schedule;
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
export function orderWorks({ schedule: { decisionDates }, missing, isChain, ahead }: Order): BacktestWork[] {
  const needed = [...new Set(missing.map((decision) => decisionDates[decision]!.training))];
  const trainings = isChain ? Array.from({ length: (needed.at(-1) ?? -1) + 1 }, (_, training) => training) : needed;
  const works: BacktestWork[] = trainings.slice(0, ahead).map(fitWork);
  for (const [k, training] of trainings.entries()) {
    const served = missing.filter((decision) => decisionDates[decision]!.training === training);
    works.push(...served.map((decision): BacktestWork => ({ kind: 'decide', decision })));
    works.push(...trainings.slice(k + ahead, k + ahead + 1).map(fitWork));
  }
  return works;
}

const fitWork = (training: number): BacktestWork => ({ kind: 'fit', training });

/** Begins the works in their order, at most so many at once. @throws what the first that fails throws */
export async function inOrder<T>(works: readonly T[], atOnce: number, perform: (work: T) => Promise<void>) {
  const next = works.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const work of next) await perform(work);
    }),
  );
}
