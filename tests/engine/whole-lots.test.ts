import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LotProblem } from '../../src/engine/lot-program.ts';
import { distance, Positions } from '../../src/engine/positions.ts';
import { nearestLots } from '../../src/engine/whole-lots.ts';
import { longOnly } from '../support/long-only.ts';
import { fatTailed } from '../support/scenarios.ts';

const scenarios = fatTailed(40, 3, 4);
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const three = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one);

const asked = fc.record({
  parts: three(share),
  lots: three(fc.double({ min: 0.11, max: 0.6, noNaN: true })),
  limit: fc.constantFrom(Infinity, 0.2, 0.1, 0.05),
  maxWeight: fc.constantFrom(1, 0.6),
  minWeight: fc.constantFrom(0, 0.1),
  row: fc.constantFrom([], [{ lower: -Infinity, upper: 0, coefficients: Float64Array.of(1, -1, 0) }]),
  kept: fc.constantFrom(undefined, [0.02, 0, 0.01]),
  least: fc.constantFrom(undefined, 0.15),
  trading: fc.constantFrom(
    undefined,
    { held: [0.2, 0.5, 0.1], mostTurnover: 0.3, cost: 0.01 },
    { held: [0.02, 0, 0.01], mostTurnover: Infinity, cost: 0.002 },
  ),
});

/** The nearest of all purchases that keep everything, one after the other. */
function bestOfAll(problem: LotProblem, weights: readonly number[]): number {
  const positions = new Positions(problem);
  const [a, b, c] = problem.lots.map((lot) => Math.floor(1 / lot));
  let best = Infinity;
  for (let i = 0; i <= a!; i += 1) {
    for (let j = 0; j <= b!; j += 1) {
      for (let k = 0; k <= c!; k += 1) {
        positions.set([i, j, k]);
        if (positions.keepsAll(problem.least)) best = Math.min(best, distance(positions, weights));
      }
    }
  }
  return best;
}

describe('the nearest whole shares', () => {
  it('are no farther from the weights than any others that keep the mandate, which brute force tries one by one', async () => {
    let improved = 0;
    const holds = fc.asyncProperty(
      asked,
      async ({ parts, limit, maxWeight, minWeight, row, kept, least, trading, lots }) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        const weights = parts.map((part) => part / total);
        const problem: LotProblem = {
          scenarios,
          lots,
          feasible: { ...longOnly(scenarios, { maxWeight, minWeight }), rows: row },
          alpha: 0.9,
          limit,
          ...(least === undefined ? kept && { kept } : { least }),
          ...(trading && { trading }),
        };
        const nothing = new Positions(problem);
        fc.pre(nothing.keepsAll(least));
        const found = await nearestLots(problem, weights, nothing);
        expect(found.keepsAll(least)).toBe(true);
        expect(distance(found, weights)).toBeLessThanOrEqual(bestOfAll(problem, weights) + 1e-3 + 1e-6);
        if (found !== nothing) improved += 1;
      },
    );
    await fc.assert(holds, { numRuns: 60, seed: 3, endOnFailure: true });
    expect(improved).toBeGreaterThan(30);
  });
});
