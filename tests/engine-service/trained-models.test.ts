import { describe, expect, it } from 'vitest';
import type { DecisionDate, Schedule } from '../../src/engine/backtest/plan.ts';
import { TrainedModels } from '../../src/engine-service/trained-models.ts';

const dateOf = (training: number, row: number): DecisionDate => ({ row, end: row + 1, date: '', until: '', training });
/** Three trainings of two decisions each. */
const schedule: Schedule = {
  decisionDates: [0, 0, 1, 1, 2, 2].map(dateOf),
  trainings: [0, 1, 2].map((k) => ({ date: `2020-01-0${k}` })),
};
const trained = Promise.resolve(undefined);
const kept = (models: TrainedModels): number[] => [0, 1, 2].filter((k) => models.of(k) !== undefined);

describe('the models of a walk', () => {
  it('are kept until their decisions are made', () => {
    const models = new TrainedModels({ schedule, missing: [0, 1, 3], isChain: false });
    for (const training of [0, 1]) void models.add(training, trained);
    models.countDecision(0);
    models.countDecision(1);
    expect(kept(models)).toEqual([0]);
    models.countDecision(0);
    expect(kept(models)).toEqual([]);
  });

  it('in a chain are kept until the next training has begun too', () => {
    const models = new TrainedModels({ schedule, missing: [0, 4, 5], isChain: true });
    void models.add(0, trained);
    models.countDecision(0);
    expect(kept(models)).toEqual([0]);
    void models.add(1, trained);
    expect(kept(models)).toEqual([1]);
    void models.add(2, trained);
    expect(kept(models)).toEqual([2]);
    models.countDecision(2);
    models.countDecision(2);
    expect(kept(models)).toEqual([]);
  });
});
