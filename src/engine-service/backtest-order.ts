import type { Schedule } from '../engine/backtest/plan.ts';

export type BacktestWork =
  { readonly kind: 'fit'; readonly training: number } | { readonly kind: 'decide'; readonly decision: number };

interface WorkPlan {
  readonly schedule: Schedule;
  /** The decisions to make, ascending. */
  readonly missing: readonly number[];
  /** Whether each training needs the one before. */
  readonly isChain: boolean;
  /** How many trainings start before the decisions of the first one. */
  readonly ahead: number;
}

/**
 * Orders decisions by time, each after its training. Trainings that no decision needs are left out. Work waits only for
 * work that comes before it.
 */
export function orderWorks({ schedule: { decisionDates }, missing, isChain, ahead }: WorkPlan): BacktestWork[] {
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

/** Starts the works in their order, at most `atOnce` at a time. @throws the error of the first that fails */
export async function inOrder<T>(works: readonly T[], atOnce: number, perform: (work: T) => Promise<void>) {
  const next = works.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const work of next) await perform(work);
    }),
  );
}
