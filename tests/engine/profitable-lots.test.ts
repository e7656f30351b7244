import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceFrom, lotProblem, type LotProblem } from '../../src/engine/lot-problem.ts';
import { expectedReturns } from '../../src/engine/optimize/portfolio.ts';
import { riskProblem } from '../../src/engine/optimize/problem.ts';
import { Positions } from '../../src/engine/positions.ts';
import { isFar, mostProfitableLots } from '../../src/engine/profitable-lots.ts';
import { assets, atLeast, atMost, inWords } from '../support/constraints.ts';
import { fatTailed } from '../support/scenarios.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });

const asked = fc.record({
  n: fc.constantFrom(4, 5, 6),
  seed: fc.nat({ max: 50 }),
  parts: fc.array(share, { minLength: 6, maxLength: 6 }),
  lots: fc.array(fc.double({ min: 0.13, max: 0.6, noNaN: true }), { minLength: 6, maxLength: 6 }),
  limit: fc.constantFrom(Infinity, 0.2, 0.1, 0.05),
  maxWeight: fc.constantFrom(1, 0.6),
  minWeight: fc.constantFrom(0, 0, 0.1),
  words: fc.constantFrom('', 'A0 <= A1', 'A1 >= 2 * A0', 'A0 = A2', 'A1 >= 40%', 'A3 <= 0%', 'behind A0 <= 5%'),
  most: fc.constantFrom(undefined, 2),
  least: fc.constantFrom(undefined, 0.2),
  trades: fc.constantFrom(
    undefined,
    { held: { A0: 0.2, A1: 0.5, A2: 0.1 }, turnover: 0.4, cost: 0.01 },
    { held: { A0: 0.02, A3: 0.3 }, turnover: 1, cost: 0.002 },
  ),
});

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

function problemOf({
  n,
  seed,
  parts,
  lots,
  limit,
  maxWeight,
  minWeight,
  words,
  most,
  least,
  trades,
}: Asked): LotProblem {
  const [scenarios, tickers] = [fatTailed(60, n, seed), assets(n)];
  const constraints = [
    atMost(maxWeight),
    atLeast(minWeight),
    ...(words === '' ? [] : inWords(words, tickers)),
    ...(most === undefined ? [] : [{ kind: 'max-assets', count: most } as const]),
    ...(least === undefined ? [] : [{ kind: 'min-position', weight: least } as const]),
    ...(trades === undefined
      ? []
      : [{ kind: 'max-turnover', weight: trades.turnover } as const, { kind: 'cost', rate: trades.cost } as const]),
  ];
  const mandate = { constraints, risk: { alpha: 0.9 }, ...(trades && { held: trades.held }) };
  // Some have no weight, and may be bought all the same.
  const kept = parts.slice(0, n).map((part, j) => (part < 0.5 && j > 0 ? 0 : part + 0.01));
  const total = kept.reduce((sum, part) => sum + part, 0);
  const wanted = kept.map((part) => part / total);
  return lotProblem(riskProblem(scenarios, tickers, mandate), { wanted, lots: lots.slice(0, n), limit });
}

/** All purchases that the money pays for, one after the other. */
function* purchasesOf({ lots }: Pick<LotProblem, 'lots'>, from = 0, rest = 1): Generator<number[]> {
  if (from === lots.length) {
    yield [];
    return;
  }
  for (let count = 0; count * lots[from]! <= rest + 1e-9; count += 1) {
    for (const others of purchasesOf({ lots }, from + 1, rest - count * lots[from]!)) yield [count, ...others];
  }
}

describe('the whole shares with the highest expected profit', () => {
  it('are no worse than any others that keep the mandate, which brute force tries one by one', async () => {
    let [improved, bought] = [0, 0];
    const holds = fc.asyncProperty(asked, async (one) => {
      fc.pre((one.most === undefined && one.least === undefined) || one.minWeight === 0);
      const problem = problemOf(one);
      const start = new Positions({ ...problem, gains: expectedReturns(problem.scenarios) });
      fc.pre(start.isAllowed());
      const found = await mostProfitableLots(new Positions(problem));
      let best = new Positions(start.problem).objective;
      for (const counts of purchasesOf(problem)) {
        start.set(counts);
        if (start.objective < best && start.isAllowed()) best = start.objective;
      }
      start.set(problem.lots.map(() => 0));
      if (best < start.objective - 2e-5) improved += 1;
      bought += found === undefined ? 0 : 1;
      // Nothing is bought.
      const { objective } = found ?? start;
      expect((found ?? start).isAllowed()).toBe(true);
      expect(objective).toBeLessThanOrEqual(best + 2e-5);
      expect(objective).toBeGreaterThanOrEqual(best - 1e-12);
    });
    await fc.assert(holds, { numRuns: 120, seed: 3, endOnFailure: true });
    expect(improved).toBeGreaterThan(60);
    expect(bought).toBeGreaterThanOrEqual(improved);
  });

  it('are looked for only where a twentieth of the money lies elsewhere than the weights say', () => {
    const problem = problemOf({ ...fc.sample(asked, { numRuns: 1, seed: 1 })[0]!, limit: Infinity, words: '' });
    const near = new Positions({ ...problem, lots: problem.lots.map(() => 1e-3) });
    expect(isFar(near)).toBe(true);
    near.set(problem.wanted.map((weight) => Math.floor(weight * 1e3)));
    expect(distanceFrom(problem, near.weights)).toBeLessThan(0.02);
    expect(isFar(near)).toBe(false);
  });
});
