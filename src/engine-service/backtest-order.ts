import type { Schedule } from '../engine/backtest/plan.ts';

export type BacktestStep =
  { readonly kind: 'fit'; readonly training: number } | { readonly kind: 'decide'; readonly decision: number };

interface StepPlan {
  readonly schedule: Schedule;
  /** The decisions to make, ascending. */
  readonly missing: readonly number[];
  /** Whether each training needs the one before. */
  readonly isChain: boolean;
  /** How many trainings start before the decisions of the first one. */
  readonly ahead: number;
}

/**
 * Orders decisions by time, each after its training. Trainings that no decision needs are left out. A step
 * waits only for steps that come before it.
 */
export function orderSteps({ ahead, ...plan }: StepPlan): BacktestStep[] {
  const { missing, schedule } = plan;
  const { decisionDates } = schedule;
  const trainings = neededTrainings(plan);
  const steps: BacktestStep[] = trainings.slice(0, ahead).map(fitStep);
  for (const [k, training] of trainings.entries()) {
    const served = missing.filter((decision) => decisionDates[decision]!.training === training);
    steps.push(...served.map((decision): BacktestStep => ({ kind: 'decide', decision })));
    steps.push(...trainings.slice(k + ahead, k + ahead + 1).map(fitStep));
  }
  return steps;
}

/** Ascending. */
export function neededTrainings({ schedule, missing, isChain }: Omit<StepPlan, 'ahead'>): number[] {
  const needed = [...new Set(missing.map((decision) => schedule.decisionDates[decision]!.training))];
  return isChain ? Array.from({ length: (needed.at(-1) ?? -1) + 1 }, (_, training) => training) : needed;
}

const fitStep = (training: number): BacktestStep => ({ kind: 'fit', training });

/** Starts the steps in their order, at most `atOnce` at a time. @throws the error of the first that fails */
export async function inOrder<T>(steps: readonly T[], atOnce: number, perform: (step: T) => Promise<void>) {
  const next = steps.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const step of next) await perform(step);
    }),
  );
}
