import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import { sum } from '../../src/engine/constraints/polytope.ts';
import { unitDecimals } from '../../src/engine/market.ts';
import { optimize } from '../../src/engine/optimize/optimizer.ts';
import { Positions } from '../../src/engine/positions.ts';
import { buy, type Order } from '../../src/engine/purchase.ts';
import type { Samples } from '../../src/engine/samples.ts';
import type { Matrix } from '../../src/engine/types.ts';
import { assets, atMost, inWords } from '../support/constraints.ts';
import { longOnly } from '../support/long-only.ts';
import { fatTailed } from '../support/scenarios.ts';

const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  cols: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});

const samples: Samples = {
  scenarios: matrix([
    [0.1, -0.02],
    [-0.2, 0.01],
    [0.05, 0.03],
    [-0.1, -0.05],
  ]),
};

const mandate = (constraints: readonly Constraint[], alpha = 0.5): Order['mandate'] => ({
  constraints,
  risk: { alpha },
});

/** 1,000 for 70% at 150 and 30% at 40: rounded down 4 and 7 shares, with 120 left. */
const order = (changes: Partial<Order> = {}): Order => ({
  tickers: ['A', 'B'],
  mandate: mandate([]),
  weights: [0.7, 0.3],
  amount: 1000,
  closes: [150, 40],
  decimals: [0, 0],
  limit: Infinity,
  ...changes,
});

describe('a purchase of whole shares', () => {
  it('spends what rounding down leaves, and is measured as it is', async () => {
    const { units, values, cash, portfolio } = await buy(order(), samples);
    // Nearer to the weights than 4 and 10 shares, which would leave nothing.
    expect({ units, values, cash }).toEqual({ units: [5, 6], values: [750, 240], cash: 10 });
    // 0.75 and 0.24 of the money: 0.0702, −0.1476, 0.0447 and −0.087, of which the worst half are −0.1476 and −0.087.
    expect(portfolio.weights).toEqual([0.75, 0.24]);
    expect(portfolio.expectedReturn).toBeCloseTo(-0.029925, 14);
    expect(portfolio.cvar).toBeCloseTo(0.1173, 14);
    expect(portfolio.valueAtRisk).toBeCloseTo(-0.0447, 14);
    expect(portfolio.leastLimit).toBe(portfolio.cvar);
  });

  it('gives cheap shares back for the larger part of an expensive one', async () => {
    // 0.92 of a second share at 270, which rounding down would spend on 13 more at 20 each.
    const { units } = await buy(order({ weights: [0.52, 0.48], closes: [270, 20] }), samples);
    expect(units).toEqual([2, 23]);
    const bounded = await buy(order({ weights: [0.52, 0.48], closes: [270, 20], limit: 0.0885 }), samples);
    expect([bounded.units[0], bounded.portfolio.cvar <= 0.0885 + 1e-6]).toEqual([2, true]);
    expect(bounded.units[1]).toBeLessThan(23);
  });

  it('leaves as cash, which neither earns nor loses, what would break the limit', async () => {
    const { units, cash, portfolio } = await buy(order({ limit: 0.0968 }), samples);
    // 8 of B: (0.1168 + 0.076) / 2. A ninth would make it 0.0972.
    expect({ units, cash }).toEqual({ units: [4, 8], cash: 80 });
    expect(portfolio.cvar).toBeCloseTo(0.0964, 14);
  });

  it('leaves as cash what would break the largest weight', async () => {
    const constraints = [atMost(0.7), ...inWords('B <= 33%', ['A', 'B'])];
    expect(await buy(order({ mandate: mandate(constraints) }), samples)).toMatchObject({
      units: [4, 8],
      cash: 80,
    });
  });

  it('keeps a row of the constraints', async () => {
    expect(await buy(order({ mandate: mandate(inWords('B <= 31%', ['A', 'B'])) }), samples)).toMatchObject({
      units: [5, 6],
      cash: 10,
    });
  });

  it('gives the next share to the largest remainder first', async () => {
    // Parts of 250 and 750 are 2.5 and 7.5 shares, the first of equals gets it; then 2.6 and 7.4.
    const hundred = { amount: 1000, closes: [100, 100] };
    expect((await buy(order({ ...hundred, weights: [0.25, 0.75] }), samples)).units).toEqual([3, 7]);
    expect((await buy(order({ ...hundred, weights: [0.24, 0.76] }), samples)).units).toEqual([2, 8]);
  });

  it('buys a share that can be paid for to the cent', async () => {
    const { units, cash } = await buy(order({ weights: [0.1 + 0.2, 0.7], closes: [100, 350] }), samples);
    expect({ units, cash }).toEqual({ units: [3, 2], cash: 0 });
  });

  it('buys nothing of a weight that is noise, nor of what costs more than there is', async () => {
    expect((await buy(order({ weights: [1 - 1e-9, 1e-9], amount: 1e12 }), samples)).units[1]).toBe(0);
    expect(await buy(order({ amount: 30 }), samples)).toMatchObject({ units: [0, 0], cash: 30 });
  });

  it('takes less of the rest where rounding loses what hedges it, so that the limit is kept', async () => {
    // The fifth for H is no share of 50. Without it, 80 of A would lose 16% in the first case.
    const hedged = matrix([
      [-0.2, 0.6],
      [0.2, -0.4],
    ]);
    const asked = order({ weights: [0.8, 0.2], amount: 100, closes: [1, 50], limit: 0.05 });
    const { units, portfolio } = await buy(asked, { scenarios: hedged });
    expect(units).toEqual([25, 0]);
    expect(portfolio.cvar).toBeCloseTo(0.05, 14);
  });

  it('spends cash on what the limit has stopped once something else has lowered the risk', async () => {
    // A and B may differ by a tenth. The two fifths for the third asset are no share of 300.
    const opposite = matrix([
      [-0.2, 0.2, 0],
      [0.2, -0.2, 0],
    ]);
    const three = { weights: [0.3, 0.3, 0.4], closes: [1, 1, 300], decimals: [0, 0, 0] };
    const asked = order({ ...three, tickers: ['A', 'B', 'C'], amount: 100, limit: 0.02 });
    expect((await buy(asked, { scenarios: opposite })).units).toEqual([50, 50, 0]);
  });

  it('buys nowhere less than the smallest position, also of what is bought last', async () => {
    const tickers = ['A', 'B', 'C'];
    const [a, b, c] = [0.4386499366663925, 0.40659294562627124, 0.15475711770733633];
    const least = { kind: 'min-position', weight: 0.15 } as const;
    const constraints = [...inWords(`A <= ${a + 0.02}; B <= ${b + 0.02}; C <= ${c + 0.02}`, tickers), least];
    const closes = [372.38221168518066, 161.41629219055176, 31.047589778900146];
    const scenarios = matrix([
      [0.1, -0.02, 0.03],
      [-0.2, 0.01, -0.05],
      [0.05, 0.03, 0.02],
      [-0.1, -0.05, 0.01],
    ]);
    const asked = {
      tickers,
      weights: [a, b, c],
      closes,
      decimals: [0, 0, 0],
      mandate: mandate(constraints),
      limit: 0.06,
    };
    const { portfolio } = await buy(order(asked), { scenarios });
    for (const weight of portfolio.weights) expect(weight === 0 || weight >= 0.15 - 1e-9).toBe(true);
    expect(Math.max(...portfolio.weights)).toBeGreaterThan(0);
  });

  it('buys fractions where they are sold', async () => {
    const coin = { amount: 1000, weights: [0.5, 0.5], closes: [100, 64_000], decimals: [0, 7] };
    expect(await buy(order(coin), samples)).toMatchObject({ units: [5, 0.0078125], cash: 0 });
  });
});

/** The CVaR by its definition: the mean of the worst k losses, where k is whole. */
function naiveCvar({ rows, cols, data }: Matrix, weights: readonly number[], k: number): number {
  const losses = Array.from({ length: rows }, (_, m) => -sum(weights.map((weight, j) => weight * data[m * cols + j]!)));
  return sum(losses.toSorted((a, b) => b - a).slice(0, k)) / k;
}

const [n, alpha, maxWeight] = [6, 0.95, 0.4];
const scenarios = fatTailed(400, n, 8);
const pricing = fatTailed(800, n, 9);
/** Chosen on the same scenarios; one is priced on others. */
const drawn: readonly Samples[] = [{ scenarios }, { scenarios, pricing }];
const problem = { scenarios, alpha, feasible: longOnly(scenarios, { maxWeight }) };
const sixth = { tickers: assets(n), mandate: mandate([atMost(maxWeight)], alpha) };
const limits = [0.05, 0.14, 0.16, 0.2];
const solutions = await Promise.all(
  limits.map(async (limit) => ({ limit, solved: await optimize({ ...problem, lossLimit: limit }) })),
);

describe('any purchase', () => {
  const asked = fc.record({
    solution: fc.constantFrom(...solutions),
    amount: fc.double({ min: 20, max: 1e6, noNaN: true }),
    closes: fc.array(fc.double({ min: 0.5, max: 3000, noNaN: true }), { minLength: n, maxLength: n }),
    samples: fc.constantFrom(...drawn),
    names: fc.array(fc.constantFrom('A', 'B', 'C-USD'), { minLength: n, maxLength: n }),
  });

  it('keeps money, limit and bounds, is measured by the definition, and leaves nothing that still fits', async () => {
    expect(new Set(solutions.map(({ solved }) => solved.status))).toEqual(new Set(['optimal', 'infeasible']));
    const holds = fc.asyncProperty(
      asked,
      async ({ solution: { solved, limit }, samples: priced, amount, closes, names }) => {
        const decimals = closes.map((close, j) => unitDecimals(names[j]!, 'USD', close));
        const { weights } = solved.status === 'optimal' ? solved.best : solved.minimum;
        const kept = solved.status === 'optimal' ? limit : Infinity;
        const { units, cash, portfolio } = await buy(
          { ...sixth, weights, amount, closes, decimals, limit: kept },
          priced,
        );
        const on = priced.pricing ?? scenarios;
        const tail = on.rows / 20;
        const shareOf = (some: readonly number[]): number[] => some.map((count, j) => (count * closes[j]!) / amount);
        const [bought, spent] = [shareOf(units), sum(shareOf(units))];
        expect(spent).toBeLessThanOrEqual(1 + 1e-9);
        expect(cash / amount).toBeCloseTo(1 - spent, 9);
        expect(portfolio.cvar).toBeCloseTo(naiveCvar(on, bought, tail), 10);
        expect(portfolio.cvar).toBeLessThanOrEqual(kept + 1.01e-7);
        expect(Math.max(...bought)).toBeLessThanOrEqual(maxWeight + 1e-8);
        units.forEach((count, j) => {
          const lot = 10 ** -decimals[j]!;
          expect(Number(count.toFixed(decimals[j]))).toBe(count);
          const more = shareOf(units.with(j, count + lot));
          const fits = sum(more) < 1 - 1e-12 && more[j]! < maxWeight && naiveCvar(on, more, tail) < kept;
          // Noise is not bought, although it would fit.
          expect(weights[j]! < 1e-6 ? count === 0 : !fits).toBe(true);
        });
      },
    );
    await fc.assert(holds, { numRuns: 60, seed: 1, endOnFailure: true });
  });

  it('is bought in few steps, however much money and however cheap a share', async () => {
    const steps = vi.spyOn(Positions.prototype, 'fits');
    const { minimum } = await optimize({ ...problem, lossLimit: 0.1 });
    const [dear, cheap, even] = [600_000, 0.001, 1 / n].map((value) => Array.from({ length: n }, () => value));
    const cases = [
      { ...minimum, closes: dear!, limit: minimum.cvar },
      { ...minimum, closes: cheap!, limit: minimum.cvar },
      { ...minimum, closes: [...dear!.slice(3), ...cheap!.slice(3)], limit: minimum.cvar },
      // Weights that do not keep the limit: every part is cut by bisection.
      { weights: even!, closes: cheap!, limit: minimum.cvar / 2 },
    ];
    for (const one of cases) {
      steps.mockClear();
      const { portfolio } = await buy({ ...sixth, ...one, amount: 1e12, decimals: [0, 0, 0, 0, 0, 0] }, { scenarios });
      expect(portfolio.cvar).toBeLessThanOrEqual(one.limit + 1.01e-7);
      // A bisection of the 10^15 cheapest shares takes 50.
      expect(steps.mock.calls.length).toBeLessThanOrEqual(2 * 50 * n);
    }
  });
});
