import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScenarioColumns } from '../../../src/engine/optimize/columns.ts';
import { expectedReturns } from '../../../src/engine/optimize/portfolio.ts';
import { portfolioLosses } from '../../../src/engine/risk.ts';
import { fatTailed } from '../../support/scenarios.ts';
import { matrixOf } from './cases.ts';

describe('scenarios by columns', () => {
  it('give to the bit the losses and means that rows give, with assets of no weight or all', () => {
    const problem = fc
      .record({ rows: fc.integer({ min: 1, max: 40 }), cols: fc.integer({ min: 1, max: 9 }), seed: fc.nat(1000) })
      .chain(({ rows, cols, seed }) =>
        fc.record({
          scenarios: fc.constant(fatTailed(rows, cols, seed)),
          weights: fc.array(fc.constantFrom(0, 0, 0.1, 1 / 3, 0.7), { minLength: cols, maxLength: cols }),
        }),
      );
    fc.assert(
      fc.property(problem, ({ scenarios, weights }) => {
        const columns = new ScenarioColumns(scenarios);
        const losses = new Float64Array(scenarios.rows).fill(Number.NaN);
        columns.losses(Float64Array.from(weights), losses);
        // + 0, because the two differ in the sign of 0.
        expect(losses.map((loss) => loss + 0)).toEqual(portfolioLosses(scenarios, weights).map((loss) => loss + 0));
        expect(columns.means).toEqual(expectedReturns(scenarios));
      }),
    );
  });

  it('know the largest return of either sign, and refuse what is no number', () => {
    expect(new ScenarioColumns(matrixOf([[0.1, -0.4]])).largest).toBe(0.4);
    expect(new ScenarioColumns(matrixOf([[0]])).largest).toBe(1e-9);
    expect(() => new ScenarioColumns(matrixOf([[0, Number.POSITIVE_INFINITY]]))).toThrow(
      'finite returns, got Infinity',
    );
  });
});
