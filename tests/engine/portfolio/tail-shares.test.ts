import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlationsIn, allCases } from '../../../src/engine/portfolio/correlations.ts';
import { jointFalls } from '../../../src/engine/portfolio/joint-falls.ts';
import { tailShares } from '../../../src/engine/portfolio/tail-shares.ts';
import { worstScenarios } from '../../../src/engine/portfolio/worst.ts';
import { cvar, portfolioLosses } from '../../../src/engine/risk.ts';
import type { Matrix } from '../../../src/engine/types.ts';
import { fatTailed } from '../../support/scenarios.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const cvarOf = (scenarios: Matrix, weights: readonly number[], alpha: number): number =>
  cvar(portfolioLosses(scenarios, weights), alpha);

/** With 895 rows at 95 % k is 44.75, so that the value-at-risk counts by three quarters. */
const cases = fc.record({
  rows: fc.constantFrom(20, 200, 895),
  seed: fc.integer({ min: 1, max: 1000 }),
  alpha: fc.constantFrom(0.5, 0.9, 0.95, 0.99),
  raw: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
  factor: fc.double({ min: 0.1, max: 1, noNaN: true }),
});

const weightsOf = (raw: readonly number[]): number[] => raw.map((one) => (one + 0.01) / (sum(raw) + 0.05));

describe('tailShares', () => {
  it('sum to the CVaR, also where the value-at-risk counts in part', () => {
    fc.assert(
      fc.property(cases, ({ rows, seed, alpha, raw }) => {
        const [scenarios, weights] = [fatTailed(rows, 5, seed), weightsOf(raw)];
        const { shares, tail } = tailShares(scenarios, weights, alpha);
        expect(sum(shares)).toBeCloseTo(cvarOf(scenarios, weights, alpha), 13);
        expect(tail.cvar).toBe(cvarOf(scenarios, weights, alpha));
      }),
      { numRuns: 60 },
    );
  });

  it('grow with the money: of half the weights they are half as large', () => {
    fc.assert(
      fc.property(cases, ({ rows, seed, alpha, raw, factor }) => {
        const [scenarios, weights] = [fatTailed(rows, 5, seed), weightsOf(raw)];
        const whole = tailShares(scenarios, weights, alpha).shares;
        const part = tailShares(
          scenarios,
          weights.map((w) => factor * w),
          alpha,
        ).shares;
        for (const [j, share] of part.entries()) expect(share).toBeCloseTo(factor * whole[j]!, 12);
      }),
    );
  });

  it('are the weights times the derivatives of the CVaR', () => {
    const step = 1e-7;
    fc.assert(
      fc.property(cases, ({ rows, seed, alpha, raw }) => {
        const [scenarios, weights] = [fatTailed(rows, 5, seed), weightsOf(raw)];
        const { shares } = tailShares(scenarios, weights, alpha);
        const moved = (j: number, by: number): number =>
          cvarOf(
            scenarios,
            weights.map((w, i) => (i === j ? w + by : w)),
            alpha,
          );
        for (const [j, share] of shares.entries()) {
          const slope = (moved(j, step) - moved(j, -step)) / (2 * step);
          expect(share).toBeCloseTo(weights[j]! * slope, 5);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is negative for an asset that gains where the others lose, and nothing for cash', () => {
    const scenarios = { rows: 4, cols: 2, data: Float64Array.from([-0.2, 0.1, 0.1, 0, 0, 0, 0.1, -0.05]) };
    expect(tailShares(scenarios, [0.5, 0.25], 0.75).shares).toEqual([0.1, -0.025]);
    expect(tailShares(scenarios, [0, 0], 0.75).shares).toEqual([0, 0]);
  });
});

describe('correlationsIn', () => {
  it('weighs the cases: of the tail and of all', () => {
    const scenarios = { rows: 4, cols: 2, data: Float64Array.from([1, 2, 2, 4, 3, 6, 9, -9]) };
    const first = { indices: Int32Array.from([0, 1, 2]), weights: Float64Array.from([0.4, 0.4, 0.2]) };
    expect(correlationsIn(scenarios, [0, 1], first)[0]![1]).toBeCloseTo(1, 12);
    expect(correlationsIn(scenarios, [1, 0], allCases(scenarios))[0]![1]).toBeCloseTo(
      -64.25 / Math.sqrt(38.75 * 134.75),
      12,
    );
  });

  it('is no number for an asset that does not move', () => {
    const still = { rows: 2, cols: 2, data: Float64Array.from([1, 0, 2, 0]) };
    expect(correlationsIn(still, [0, 1], allCases(still))).toEqual([
      [1, Number.NaN],
      [Number.NaN, 1],
    ]);
  });
});

describe('jointFalls', () => {
  it('counts how often both are among their own worst', () => {
    const rows = 100;
    // The second is the first, seven rows earlier; the third never moves.
    const data = Float64Array.from({ length: 3 * rows }, (_, at) => {
      const row = Math.floor(at / 3);
      if (at % 3 === 2) return 0.01;
      return at % 3 === 0 ? row : (row + 7) % rows;
    });
    const falls = jointFalls({ rows, cols: 3, data }, [0, 1, 2], 0.9);
    // The value-at-risk is the eleventh worst, and one of the worst.
    expect(falls[0]![0]).toBe(1);
    expect(falls[0]![1]).toBeCloseTo(4 / 11, 12);
    expect(falls[1]![0]).toBe(falls[0]![1]);
    expect(falls[0]![2]).toBeNaN();
  });
});

describe('worstScenarios', () => {
  it('lists the largest losses, with what each asset did', () => {
    const scenarios = { rows: 3, cols: 2, data: Float64Array.from([0.1, 0, -0.4, 0.1, -0.1, -0.2]) };
    expect(worstScenarios(scenarios, [0.5, 0.5], 2)).toEqual([
      { loss: expect.closeTo(0.15, 12), returns: [-0.4, 0.1] },
      { loss: expect.closeTo(0.15, 12), returns: [-0.1, -0.2] },
    ]);
  });
});
