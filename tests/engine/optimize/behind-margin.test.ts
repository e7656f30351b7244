import { describe, expect, it } from 'vitest';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { createBehindPricing, keepingUp, type Posed } from '../../../src/engine/optimize/behind-margin.ts';
import { contradictionsOf } from '../../../src/engine/constraints/contradiction.ts';
import { explainContradictions } from '../../../src/engine/optimize/contradictions.ts';
import { openOptimizer } from '../../../src/engine/optimize/optimizer.ts';
import type { RiskProblem } from '../../../src/engine/optimize/problem.ts';
import { UserError } from '../../../src/errors.ts';
import { assets, atMost } from '../../support/constraints.ts';
import { fatTailed } from '../../support/scenarios.ts';

const tickers = assets(6);
const samples = { scenarios: fatTailed(600, 6, 3), pricing: fatTailed(1200, 6, 4) };
const behind = (limit: number): Constraint => ({
  kind: 'behind',
  benchmark: 'A0',
  limit,
  text: `behind A0 <= ${limit * 100}%`,
});

const posed = (...constraints: readonly Constraint[]): Posed => ({
  tickers,
  mandate: { constraints, risk: { alpha: 0.95 } },
  samples,
});

/** The least risky weights, and those with the highest return. */
async function ends(problem: RiskProblem): Promise<readonly (readonly number[])[]> {
  const optimizer = await openOptimizer(problem);
  try {
    const best = optimizer.best(Infinity);
    if (best.status === 'infeasible') throw new Error('no limit was said to be exceeded');
    return [optimizer.minimum().portfolio.weights, best.best.weights];
  } finally {
    optimizer.close();
  }
}

const decide = (asked: Posed) => keepingUp(asked, ends, (found) => found);
const neededBy = (asked: Posed, weights: readonly number[]): number => createBehindPricing(asked)!(weights).leastLimit;

/** The error of a limit that nothing keeps. */
async function refusal(asked: Posed): Promise<UserError> {
  const { constraints, risk } = asked.mandate;
  const about = { constraints, tickers, market: { scenarios: samples.scenarios, alpha: risk.alpha } };
  const error: unknown = await explainContradictions(about, () => decide(asked)).catch((caught: unknown) => caught);
  if (error instanceof UserError) return error;
  throw new Error('it was not refused');
}

describe('a limit on falling behind', () => {
  it('is kept with its margin on scenarios that weights were not chosen on, and nearly used', async () => {
    for (const limit of [0.02, 0.05, 0.1]) {
      const asked = posed(behind(limit));
      const needed = (await decide(asked)).map((weights) => neededBy(asked, weights));
      expect(Math.max(...needed)).toBeLessThanOrEqual(limit + 1e-7);
      expect(Math.max(...needed)).toBeGreaterThan(0.9 * limit);
    }
  });

  it('is refused only where what falls behind least does not keep it, with the smallest that would do', async () => {
    const bound = atMost(0.4);
    const error = await refusal(posed(bound, behind(0.01)));
    expect(error.code).toBe('constraints.behind-too-low');
    const [conflict] = contradictionsOf(error);
    expect(conflict?.constraints).toEqual([bound, behind(0.01)]);
    const to = conflict?.mend.map((mend) => mend.to).find(({ kind }) => kind === 'behind');
    if (to?.kind !== 'behind') throw new Error('expected a limit that would do');
    const asked = posed(bound, to);
    for (const weights of await decide(asked)) expect(neededBy(asked, weights)).toBeLessThanOrEqual(to.limit + 1e-7);
    expect(await refusal(posed(bound, behind(to.limit - 2e-4)))).toBeInstanceOf(UserError);
  });

  it('on one sample alone is the limit of the optimiser', async () => {
    const asked = { ...posed(behind(0.05)), samples: { scenarios: samples.scenarios } };
    const needed = (await decide(asked)).map((weights) => neededBy(asked, weights));
    expect(Math.max(...needed)).toBeCloseTo(0.05, 6);
  });
});
