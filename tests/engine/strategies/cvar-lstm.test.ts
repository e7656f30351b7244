import { beforeAll, describe, expect, it } from 'vitest';
import { historyUntil } from '../../../src/engine/history.ts';
import { withLimit, type Mandate, type Mandates } from '../../../src/engine/mandate.ts';
import { cvarLstm } from '../../../src/engine/strategies/cvar-lstm/index.ts';
import type { Decision } from '../../../src/engine/strategies/strategy.ts';
import { UserError } from '../../../src/errors.ts';
import { atMost } from '../../support/constraints.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fatTailed } from '../../support/scenarios.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = randomPrices({ assets: 5 });
const source = await cvarLstm.source(await trainSmall(prices), historyUntil(prices), 21);
const samples = { scenarios: fatTailed(1500, 5, 1) };
const fresh = fatTailed(750, 5, 2);
const mandate: Mandate = { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } };
const limits = [0.01, 0.2, 0.22, 0.5] as const;

const decide = (mandates: Mandates): Promise<readonly Decision[]> =>
  cvarLstm.decide(source, mandates, { samples, fresh, now: fakeClock() });
const under = (first: number, ...others: readonly number[]) =>
  decide([withLimit(mandate, first), ...others.map((limit) => withLimit(mandate, limit))]);

describe('several limits on one sample', () => {
  let each: readonly Decision[];
  beforeAll(async () => {
    each = await under(...limits);
  });

  it('are answered as each would be alone', async () => {
    expect(each.map(({ status }) => status)).toEqual(['infeasible', 'optimal', 'optimal', 'optimal']);
    for (const [k, limit] of limits.entries()) {
      const [alone] = await under(limit);
      const answer = each[k];
      expect(answer?.status).toBe(alone?.status);
      if (answer?.status !== 'optimal' || alone?.status !== 'optimal') continue;
      expect(answer.portfolio.expectedReturn).toBeCloseTo(alone.portfolio.expectedReturn, 8);
      expect(answer.portfolio.freshCvar).toBeCloseTo(alone.portfolio.freshCvar, 6);
      for (const [j, weight] of alone.portfolio.weights.entries()) {
        expect(answer.portfolio.weights[j]).toBeCloseTo(weight, 5);
      }
    }
  });

  it('share the least risky split, re-priced, which stands for a limit that none keeps', () => {
    const [infeasible] = each;
    const minimum = infeasible!.minimum!;
    for (const decision of each) expect(decision).toMatchObject({ minimum });
    expect(infeasible).toMatchObject({ portfolio: minimum });
    expect(minimum.freshCvar).not.toBe(minimum.cvar);
  });

  it('lose the one that fails alone, which says why', async () => {
    expect(await under(0.2, Number.NaN, 0.22)).toMatchObject([
      { status: 'optimal' },
      {
        status: 'failed',
        reason: expect.stringMatching(/^.+$/),
        stack: expect.stringMatching(/Error: .+\n +at /),
        minimum: each[0]?.minimum,
      },
      { status: 'optimal', portfolio: { expectedReturn: expect.closeTo(bestReturn(each[2]), 8) } },
    ]);
  });

  it('are refused together where no weights meet the constraints', async () => {
    const constraints = [atMost(0.1)];
    await expect(decide([{ ...mandate, constraints }])).rejects.toThrow(UserError);
  });
});

describe('no limit', () => {
  it('gives all the money to the asset that is expected to earn the most', async () => {
    const [decision] = await decide([mandate]);
    const { rows, cols, data } = samples.scenarios;
    const means = Array.from({ length: cols }, (_, j) => data.filter((_r, i) => i % cols === j)).map(
      (column) => column.reduce((sum, value) => sum + value, 0) / rows,
    );
    expect(decision?.status).toBe('optimal');
    expect(bestReturn(decision)).toBeCloseTo(Math.max(...means), 8);
  });
});

const bestReturn = (decision: Decision | undefined): number =>
  decision?.status === 'optimal' ? decision.portfolio.expectedReturn : Number.NaN;
