import { beforeAll, describe, expect, it } from 'vitest';
import { allocate, allocateEach, type Allocations } from '../../src/engine/allocate.ts';
import { UserError } from '../../src/errors.ts';
import { fatTailed } from '../support/scenarios.ts';

const scenarios = fatTailed(1500, 5, 1);
const fresh = fatTailed(750, 5, 2);
const problem = { scenarios, fresh, alpha: 0.95, bounds: { minWeight: 0, maxWeight: 1 } };
const limits = [0.01, 0.2, 0.22, 0.5];

describe('several limits on one sample', () => {
  let each: Allocations;
  beforeAll(async () => {
    each = await allocateEach({ ...problem, limits });
  });

  it('are answered as each would be alone', async () => {
    expect(each.answers.map(({ status }) => status)).toEqual(['infeasible', 'optimal', 'optimal', 'optimal']);
    for (const [k, lossLimit] of limits.entries()) {
      const alone = await allocate({ ...problem, limit: { lossLimit, alpha: 0.95 } });
      const answer = each.answers[k];
      expect(answer?.status).toBe(alone.status);
      if (answer?.status !== 'optimal' || alone.status !== 'optimal') continue;
      expect(answer.best.expectedReturn).toBeCloseTo(alone.best.expectedReturn, 8);
      expect(answer.best.freshCvar).toBeCloseTo(alone.best.freshCvar, 6);
      for (const [j, weight] of alone.best.weights.entries()) expect(answer.best.weights[j]).toBeCloseTo(weight, 5);
    }
  });

  it('share the least risky split, re-priced', () => {
    const { minimum, answers } = each;
    for (const answer of answers) expect(answer).toMatchObject({ minimum });
    expect(minimum.freshCvar).not.toBe(minimum.cvar);
  });

  it('lose the one that fails alone', async () => {
    const { answers } = await allocateEach({ ...problem, limits: [0.2, Number.NaN, 0.22] });
    expect(answers).toMatchObject([
      { status: 'optimal' },
      { status: 'failed', error: expect.any(Error) },
      { status: 'optimal', best: { expectedReturn: expect.closeTo(bestReturn(each, 2), 8) } },
    ]);
  });

  it('are refused together where no weights can meet the bounds', async () => {
    const refused = allocateEach({ ...problem, limits, bounds: { minWeight: 0, maxWeight: 0.1 } });
    await expect(refused).rejects.toThrow(UserError);
  });
});

describe('one limit', () => {
  it('throws the fault that it fails by', async () => {
    const failing = allocate({ ...problem, limit: { lossLimit: Number.NaN, alpha: 0.95 } });
    await expect(failing).rejects.toThrow(Error);
  });
});

const bestReturn = ({ answers }: Allocations, k: number): number => {
  const answer = answers[k];
  return answer?.status === 'optimal' ? answer.best.expectedReturn : Number.NaN;
};
