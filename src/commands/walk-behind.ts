// How far decisions of the past had to fall behind a benchmark, in words and in JSON.
import type { DecisionOutcome } from '../engine/backtest/types.ts';
import { benchmarkOf } from '../engine/constraints/beyond-bounds.ts';
import type { Mandate } from '../engine/mandate.ts';
import { plural } from '../format.ts';
import type { ReplyField } from '../reply.ts';

interface WalkBehind {
  /** On how many dates some rule could not keep the mandate's limit on falling behind. */
  readonly overBehind: number;
}

/** @returns undefined where the mandate limits no falling behind */
export function walkBehind(decisions: readonly DecisionOutcome[], { constraints }: Mandate): WalkBehind | undefined {
  if (benchmarkOf(constraints) === undefined) return undefined;
  return { overBehind: datesOf(decisions.filter(({ leastBehind }) => leastBehind !== undefined)) };
}

export function behindField(decisions: readonly DecisionOutcome[], mandate: Mandate): ReplyField[] {
  const { overBehind = 0 } = walkBehind(decisions, mandate) ?? {};
  if (overBehind === 0) return [];
  const on = `On ${overBehind} of ${plural(datesOf(decisions), 'date')}`;
  return [
    {
      name: `Behind ${benchmarkOf(mandate.constraints)}`,
      value: `${on} no split was found that falls so little behind: the least that could be kept was held`,
    },
  ];
}

const datesOf = (decisions: readonly DecisionOutcome[]): number => new Set(decisions.map(({ date }) => date)).size;
