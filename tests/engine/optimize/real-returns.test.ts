import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadHighs } from '../../../src/engine/optimize/highs.ts';
import { openOptimizer } from '../../../src/engine/optimize/optimizer.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { longOnly } from '../../support/long-only.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';
import { matrixOf } from './cases.ts';
import { fullLp } from './full-lp.ts';

/** Overlapping returns over `horizon` days of the last `days` rows. */
function overlappingReturns(path: string, horizon: number, days: number): Matrix {
  const lines = readFileSync(sharedFile(path), 'utf8').trim().split('\n').slice(1).slice(-days);
  const closes = lines.map((line) => line.split(',').slice(1).map(Number));
  return matrixOf(closes.slice(horizon).map((row, day) => row.map((close, asset) => close / closes[day]![asset]! - 1)));
}

describeShared('twenty American shares', () => {
  it('give what the full program gives', async () => {
    const scenarios = overlappingReturns('data/prices/us20_skfolio_1990_2022.csv', 21, 2000);
    const feasible = longOnly(scenarios, { maxWeight: 0.3 });
    const highs = await loadHighs();
    const lp = fullLp(highs, scenarios, 0.05 * scenarios.rows, feasible);
    const optimizer = await openOptimizer({ scenarios, alpha: 0.95, feasible }, { highs });
    try {
      const { portfolio } = optimizer.minimum();
      expect(scenarios.rows).toBe(1979);
      expect(portfolio.cvar).toBeCloseTo(lp.minimumCvar(), 8);
      for (const limit of [portfolio.cvar + 0.002, portfolio.cvar + 0.02]) {
        const solution = optimizer.best(limit);
        if (solution.status !== 'optimal') throw new Error('the limit can be kept');
        expect(solution.gap).toBeLessThanOrEqual(1e-7);
        expect(Math.abs(solution.best.expectedReturn - lp.highestReturn(limit)!)).toBeLessThan(1e-7);
      }
    } finally {
      optimizer.close();
    }
  });
});
