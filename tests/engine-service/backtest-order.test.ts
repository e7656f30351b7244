import { describe, expect, it } from 'vitest';
import { inOrder, orderSteps, type BacktestStep } from '../../src/engine-service/backtest-order.ts';
import type { DecisionDate, Schedule } from '../../src/engine/backtest/plan.ts';

const decisionDate = (training: number, row: number): DecisionDate => ({
  row,
  end: row + 1,
  date: '',
  until: '',
  training,
});
/** Four trainings of two decisions each. */
const schedule: Schedule = {
  decisionDates: [0, 0, 1, 1, 2, 2, 3, 3].map(decisionDate),
  trainings: [0, 1, 2, 3].map((k) => ({ date: `2020-01-0${k}` })),
};
const all = [...schedule.decisionDates.keys()];
const short = (steps: readonly BacktestStep[]): string =>
  steps.map((step) => (step.kind === 'fit' ? `T${step.training}` : `d${step.decision}`)).join(' ');
const order = (ahead: number): string => short(orderSteps({ schedule, missing: all, isChain: false, ahead }));

describe("the order of a backtest's steps", () => {
  it('trains ahead of the decisions, which come in the order of time', () => {
    expect(order(1)).toBe('T0 d0 d1 T1 d2 d3 T2 d4 d5 T3 d6 d7');
    expect(order(2)).toBe('T0 T1 d0 d1 T2 d2 d3 T3 d4 d5 d6 d7');
    expect(order(9)).toBe('T0 T1 T2 T3 d0 d1 d2 d3 d4 d5 d6 d7');
  });

  it('leaves out what is there, and the trainings that only served it', () => {
    expect(short(orderSteps({ schedule, missing: [3, 6, 7], isChain: false, ahead: 1 }))).toBe('T1 d3 T3 d6 d7');
    expect(orderSteps({ schedule, missing: [], isChain: true, ahead: 2 })).toEqual([]);
  });

  it('makes all trainings that a needed one builds on', () => {
    expect(short(orderSteps({ schedule, missing: [4], isChain: true, ahead: 2 }))).toBe('T0 T1 T2 d4');
  });
});

describe('steps in order', () => {
  it('are begun in their order, so many at once', async () => {
    const begun: number[] = [];
    let [underway, most] = [0, 0];
    await inOrder([5, 1, 4, 2, 3], 2, async (ms) => {
      begun.push(ms);
      most = Math.max(most, ++underway);
      await new Promise((resolve) => {
        setTimeout(resolve, ms);
      });
      underway--;
    });
    expect(begun).toEqual([5, 1, 4, 2, 3]);
    expect(most).toBe(2);
  });

  it('fail with the first that fails', async () => {
    const failing = inOrder([1, 2, 3], 2, async (step) => {
      if (step > 1) throw new Error(`step ${step}`);
    });
    await expect(failing).rejects.toThrow('step 2');
  });
});
