import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { lotProblem, type LotProblem } from '../../src/engine/lot-problem.ts';
import { swapLots } from '../../src/engine/lot-swaps.ts';
import { LotProgram } from '../../src/engine/lot-program.ts';
import { riskProblem } from '../../src/engine/optimize/problem.ts';
import { Positions } from '../../src/engine/positions.ts';
import { NEAR_ENOUGH, bestLots } from '../../src/engine/whole-lots.ts';
import { assets, atLeast, atMost, inWords } from '../support/constraints.ts';
import { fatTailed } from '../support/scenarios.ts';

const scenarios = fatTailed(40, 3, 4);
const tickers = assets(3);
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const three = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one);

const asked = fc.record({
  parts: three(share),
  lots: three(fc.double({ min: 0.11, max: 0.6, noNaN: true })),
  limit: fc.constantFrom(Infinity, 0.2, 0.1, 0.05),
  maxWeight: fc.constantFrom(1, 0.6),
  minWeight: fc.constantFrom(0, 0.1),
  words: fc.constantFrom('', 'A0 <= A1', 'A1 >= 2 * A0', 'A0 = A2', 'A1 >= 40%', 'A1 = 40%', 'behind A0 <= 5%'),
  kept: fc.constantFrom(undefined, [0.02, 0, 0.01]),
  least: fc.constantFrom(undefined, 0.15),
  trades: fc.constantFrom(
    undefined,
    { held: { A0: 0.2, A1: 0.5, A2: 0.1 }, turnover: 0.3, cost: 0.01 },
    { held: { A0: 0.02, A2: 0.01 }, turnover: 1, cost: 0.002 },
  ),
});

/** The nearest of all purchases that are allowed, one after the other. */
function bestOfAll(problem: LotProblem): number {
  const positions = new Positions(problem);
  const [a, b, c] = problem.lots.map((lot) => Math.floor(1 / lot));
  let best = Infinity;
  for (let i = 0; i <= a!; i += 1) {
    for (let j = 0; j <= b!; j += 1) {
      for (let k = 0; k <= c!; k += 1) {
        positions.set([i, j, k]);
        if (positions.isAllowed()) best = Math.min(best, positions.objective);
      }
    }
  }
  return best;
}

function problemOf({ parts, maxWeight, minWeight, words, kept, least, trades, lots, limit }: Asked): LotProblem {
  const total = parts.reduce((sum, part) => sum + part, 0);
  const constraints = [
    atMost(maxWeight),
    atLeast(minWeight),
    ...(words === '' ? [] : inWords(words, tickers)),
    ...(least === undefined ? [] : [{ kind: 'min-position', weight: least } as const]),
    ...(trades === undefined
      ? []
      : [{ kind: 'max-turnover', weight: trades.turnover } as const, { kind: 'cost', rate: trades.cost } as const]),
  ];
  const mandate = { constraints, risk: { alpha: 0.9 }, ...(trades && { held: trades.held }) };
  const purchased = { wanted: parts.map((part) => part / total), lots, limit, scenarios };
  const problem = lotProblem(riskProblem(scenarios, tickers, mandate), purchased);
  return { ...problem, ...(least === undefined && kept && { kept }) };
}

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

const halves: Asked = {
  parts: [0.5, 0.3, 0.2],
  lots: [0.2, 0.2, 0.2],
  limit: Infinity,
  maxWeight: 1,
  minWeight: 0,
  words: '',
  kept: undefined,
  least: undefined,
  trades: undefined,
};

describe('swaps of two assets', () => {
  it('bring a purchase nearer: one dear share for many cheap ones, and back', () => {
    const problem = problemOf({ ...halves, parts: [0.52, 0.48, 1e-9], lots: [0.27, 0.02, 0.6] });
    for (const counts of [
      [1, 36, 0],
      [3, 9, 0],
    ]) {
      const start = new Positions(problem);
      start.set(counts);
      expect(Array.from(swapLots(start).counts)).toEqual([2, 23, 0]);
    }
  });

  it('keep what must be kept, and are never farther', () => {
    let nearer = 0;
    const holds = fc.property(asked, three(fc.nat({ max: 8 })), (one, counts) => {
      const start = new Positions(problemOf(one));
      start.set(counts);
      fc.pre(start.isAllowed());
      const before = start.objective;
      const found = swapLots(start);
      expect(found.isAllowed()).toBe(true);
      expect(found.objective).toBeLessThanOrEqual(before);
      nearer += found.objective < before ? 1 : 0;
    });
    fc.assert(holds, { numRuns: 100, seed: 4 });
    expect(nearer).toBeGreaterThan(20);
  });
});

describe('the nearest whole shares', () => {
  it('are no farther from the weights than any others that keep the mandate, which brute force tries one by one', async () => {
    let improved = 0;
    const holds = fc.asyncProperty(asked, async (one) => {
      const problem = problemOf(one);
      const nothing = new Positions(problem);
      fc.pre(nothing.isAllowed());
      const found = await bestLots(nothing);
      expect(found.isAllowed()).toBe(true);
      expect(found.objective).toBeLessThanOrEqual(bestOfAll(problem) + 1.5 * NEAR_ENOUGH);
      if (found !== nothing) improved += 1;
    });
    await fc.assert(holds, { numRuns: 120, seed: 3, endOnFailure: true });
    expect(improved).toBeGreaterThan(60);
  });

  it('are looked for again where the solver has failed, but hide no other fault', async () => {
    const problem = problemOf(halves);
    const nothing = new Positions(problem);
    const data = vi.spyOn(LotProgram.prototype, 'data');
    data.mockImplementationOnce(() => {
      throw new TypeError('a fault');
    });
    await expect(bestLots(nothing)).rejects.toThrow('a fault');
    data.mockImplementationOnce(() => {
      throw new WebAssembly.RuntimeError('unreachable');
    });
    expect(await bestLots(nothing)).toBe(nothing);
    data.mockRestore();
    expect((await bestLots(nothing)).objective).toBeLessThan(nothing.objective);
  });
});
