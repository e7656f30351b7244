import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Constraint } from '../../src/engine/constraints/index.ts';
import { sum } from '../../src/engine/constraints/polytope.ts';
import type { HeldWeights } from '../../src/engine/constraints/beyond-bounds.ts';
import { optimize } from '../../src/engine/optimize/optimizer.ts';
import { createBehindPricing } from '../../src/engine/optimize/behind-margin.ts';
import { cvarBehind } from '../../src/engine/optimize/portfolio.ts';
import { riskProblem } from '../../src/engine/optimize/problem.ts';
import { Positions } from '../../src/engine/positions.ts';
import { buy, type Order } from '../../src/engine/purchase.ts';
import { UserError } from '../../src/errors.ts';
import { assets, atLeast, atMost, inWords } from '../support/constraints.ts';
import { cutRows, fatTailed } from '../support/scenarios.ts';

const [n, alpha] = [4, 0.9];
const scenarios = fatTailed(200, n, 12);
const tickers = assets(n);
const words = (text: string) => inWords(text, tickers);

const order = (changes: Partial<Order> & Pick<Order, 'weights' | 'closes'>): Order => ({
  tickers: tickers.slice(0, changes.weights.length),
  mandate: { constraints: [], risk: { alpha } },
  amount: 1000,
  limit: Infinity,
  decimals: changes.closes.map(() => 0),
  ...changes,
});

/** Of A0, a benchmark. */
const firstColumn = Float64Array.from({ length: scenarios.rows }, (_, m) => scenarios.data[m * n]!);
const two = { rows: 4, cols: 2, data: Float64Array.of(0.1, -0.02, -0.2, 0.01, 0.05, 0.03, -0.1, -0.05) };

describe('whole shares', () => {
  it('keep a row, however it is spelled', async () => {
    const bought = await Promise.all(
      ['2 * A1 <= A0', 'A0 >= 2 * A1', '4 * A1 - 2 * A0 <= 0'].map((text) => {
        const mandate = { constraints: inWords(text, ['A0', 'A1']), risk: { alpha: 0.5 } };
        return buy(order({ weights: [2 / 3, 1 / 3], closes: [150, 40], mandate }), { scenarios: two });
      }),
    );
    for (const { units, missed } of bought) expect({ units, missed }).toEqual({ units: [5, 6], missed: [] });
  });

  it('keep rows that rounding down breaks, by buying less', async () => {
    const mandate = { constraints: inWords('A1 <= A0; A0 <= 55%', ['A0', 'A1']), risk: { alpha: 0.5 } };
    const { units } = await buy(order({ weights: [0.5, 0.5], closes: [300, 100], mandate }), { scenarios: two });
    expect(units).toEqual([1, 3]);
  });

  it('come as near to an equation as they can, from either side, and say by how much they miss it', async () => {
    const [equal] = inWords('A0 = A1', ['A0', 'A1']);
    const mandate = { constraints: [equal!], risk: { alpha: 0.5 } };
    const asked = order({ weights: [0.5, 0.5], closes: [170, 90], mandate });
    const { units, missed } = await buy(asked, { scenarios: two });
    expect(units).toEqual([3, 5]);
    expect(missed).toEqual([{ constraint: equal, value: expect.closeTo(0.51 - 0.45, 12) }]);
  });

  it('keep up with a benchmark behind which cash falls', async () => {
    const constraints = words('behind A0 <= 4%');
    const mandate = { constraints, risk: { alpha } };
    const problem = riskProblem(scenarios, tickers, mandate);
    const { minimum } = await optimize({ ...problem, lossLimit: 0 });
    const behindOf = (weights: readonly number[]) => cvarBehind(scenarios, weights, problem.behind!, alpha);
    expect(behindOf(minimum.weights)).toBeCloseTo(0.04, 3);
    const asked = order({ weights: minimum.weights, closes: [110, 130, 90, 70], mandate, amount: 2000 });
    const { portfolio, missed } = await buy(asked, { scenarios });
    expect(behindOf(portfolio.weights)).toBeLessThanOrEqual(0.04 + 1e-6);
    expect(missed).toEqual([]);
    // One share of the benchmark costs more than there is.
    const none = await buy({ ...asked, closes: [2100, 130, 90, 70] }, { scenarios });
    expect(none.missed).toMatchObject([{ constraint: constraints[0], value: behindOf(none.portfolio.weights) }]);
  });

  it('keep the limit against a benchmark on the scenarios that they are priced on, with the margin of the weights', async () => {
    const [chosenOn, pricing] = cutRows(fatTailed(600, n, 12), [200, 400]);
    const samples = { scenarios: chosenOn, pricing };
    const weights = [0.7, 0.1, 0.1, 0.1];
    const posed = (constraints: readonly Constraint[]) => ({
      tickers,
      mandate: { constraints, risk: { alpha } },
      samples,
    });
    const priced = createBehindPricing(posed(words('behind A0 <= 50%')))!;
    const { cvar, leastLimit } = priced(weights);
    const { mandate } = posed(words(`behind A0 <= ${leastLimit}`));
    const asked = order({ weights, closes: [300, 130, 90, 70], mandate });
    const loose = await buy({ ...asked, mandate: { ...mandate, constraints: [] } }, samples);
    expect(priced(loose.portfolio.weights).cvar).toBeGreaterThan(cvar + 1e-3);
    const { portfolio, missed } = await buy(asked, samples);
    expect(priced(portfolio.weights).cvar).toBeLessThanOrEqual(cvar + 1e-6);
    expect(missed).toEqual([]);
  });

  it('sell a part of a share that would break the limit, in few steps', async () => {
    const steps = vi.spyOn(Positions.prototype, 'set');
    const { units, portfolio } = await buy(
      order({
        weights: [0.05, 0.95],
        closes: [900, 10],
        limit: 0.03,
        mandate: { constraints: [], risk: { alpha: 0.5 }, held: { A0: 0.81 } },
        heldUnits: [0.9, 0],
      }),
      { scenarios: two },
    );
    expect(units[0]).toBe(0);
    expect(portfolio.cvar).toBeLessThanOrEqual(0.03 + 1e-7);
    expect(steps.mock.calls.length).toBeLessThan(100);
    steps.mockRestore();
  });
});

type ConstraintByKind = { readonly [C in Constraint as C['kind']]: C };

/** By how much weights (n) break a constraint, by its definition. */
const BREACH: {
  readonly [K in keyof ConstraintByKind]: (
    constraint: ConstraintByKind[K],
    weights: readonly number[],
    held?: HeldWeights,
  ) => number;
} = {
  'max-weight': ({ weight }, weights) => Math.max(...weights) - Math.max(weight, 1 / n),
  'min-weight': ({ weight }, weights) => weight - Math.min(...weights),
  'max-assets': ({ count }, weights) => weights.filter((weight) => weight > 0).length - count,
  'min-position': ({ weight: least }, weights) =>
    Math.max(...weights.map((weight) => (weight > 0 ? least - weight : 0))),
  'max-turnover': ({ weight: most }, weights, held) =>
    sum(weights.map((weight, j) => Math.max(0, weight - (held?.[tickers[j]!] ?? 0)))) - most,
  behind: ({ limit }, weights) => cvarBehind(scenarios, weights, { benchmark: firstColumn }, alpha) - limit,
  cost: () => 0,
  linear({ terms, bound, relation }, weights) {
    const left = sum(terms.map(({ name, factor }) => factor * weights[tickers.indexOf(name)]!));
    if (relation === '=') return Math.abs(left - bound);
    return relation === '<=' ? left - bound : bound - left;
  },
};

const breach = <K extends Constraint['kind']>(
  kind: K,
  constraint: ConstraintByKind[K],
  weights: readonly number[],
  held?: HeldWeights,
): number => BREACH[kind](constraint, weights, held);

/** Whether money alone keeps it, so that no purchase may break it. */
function isAlwaysKept(constraint: Constraint): boolean {
  if (constraint.kind !== 'linear') return constraint.kind !== 'min-weight' && constraint.kind !== 'behind';
  if (constraint.relation === '<=') return constraint.bound >= 0;
  return constraint.relation === '>=' && constraint.bound <= 0;
}

const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
const asked = fc.record({
  rows: fc.subarray(
    ['A0 <= 2 * A1', 'A2 >= 2 * A3', 'A0 + A1 <= 70%', 'A1 >= 20%', 'A3 = 15%', 'A0 = A1', 'A1 - A0 <= -5%'],
    {
      maxLength: 2,
    },
  ),
  bounds: fc.subarray([atMost(0.5), atLeast(0.05)]),
  count: maybe(fc.constantFrom(2, 3)),
  least: maybe(fc.constantFrom(0.05, 0.1)),
  turnover: maybe(fc.constantFrom(0.6, 0.9)),
  cost: maybe(fc.constantFrom(0.001, 0.01)),
  behind: maybe(fc.constantFrom('behind A0 <= 6%', 'behind A0 <= 12%')),
  limit: fc.constantFrom(0.05, 0.1, 0.3),
  heldUnits: maybe(fc.array(fc.constantFrom(0, 0.5, 1, 2.25), { minLength: n, maxLength: n })),
  isMostProfitable: fc.boolean(),
  cash: fc.double({ min: 1, max: 2000, noNaN: true }),
  closes: fc.array(fc.double({ min: 5, max: 700, noNaN: true }), { minLength: n, maxLength: n }),
});

describe('any mandate', () => {
  it('is kept by whole shares as far as they can, and what they miss is named', async () => {
    const seen = { answered: 0, profitable: 0, missed: 0, kept: new Set<string>() };
    const holds = fc.asyncProperty(asked, async (one) => {
      const { rows, bounds, count, least, cost, behind, limit, closes, isMostProfitable } = one;
      const held = one.heldUnits;
      const values = closes.map((close, j) => close * (held?.[j] ?? 0));
      const amount = one.cash + sum(values);
      const weightsHeld: HeldWeights = Object.fromEntries(tickers.map((ticker, j) => [ticker, values[j]! / amount]));
      const constraints: Constraint[] = [
        ...rows.flatMap(words),
        ...bounds,
        ...(count === undefined ? [] : [{ kind: 'max-assets', count } as const]),
        ...(least === undefined ? [] : [{ kind: 'min-position', weight: least } as const]),
        ...(one.turnover === undefined || held === undefined
          ? []
          : [{ kind: 'max-turnover', weight: one.turnover } as const]),
        ...(cost === undefined ? [] : [{ kind: 'cost', rate: cost } as const]),
        ...(behind === undefined ? [] : words(behind)),
      ];
      const mandate = { constraints, risk: { alpha }, ...(held && { held: weightsHeld }) };
      const solved = await solve(mandate, limit);
      fc.pre(solved !== undefined);
      const most = solved.status === 'optimal' ? limit : Math.max(0, solved.minimum.cvar);
      const weights = (solved.status === 'optimal' ? solved.best : solved.minimum).weights;
      const bought = await buy(
        order({ weights, closes, amount, mandate, limit: most, isMostProfitable, ...(held && { heldUnits: held }) }),
        { scenarios },
      );
      const { portfolio, missed, units } = bought;
      expect(sum(bought.values) + bought.cash + bought.cost).toBeCloseTo(amount, 8);
      expect(portfolio.cvar).toBeLessThanOrEqual(most + 1.01e-7);
      // Whole shares are traded, or all of what is held.
      units.forEach((unit, j) => expect(Math.abs((unit - (held?.[j] ?? 0)) % 1) < 1e-9 || unit % 1 === 0).toBe(true));
      const broken = constraints.filter((some) => breach(some.kind, some, portfolio.weights, mandate.held) > 1e-6);
      expect(missed.map(({ constraint }) => constraint)).toEqual(broken);
      expect(broken.filter(isAlwaysKept)).toEqual([]);
      seen.profitable += bought.isMostProfitable === true ? 1 : 0;
      seen.answered += 1;
      seen.missed += missed.length > 0 ? 1 : 0;
      for (const some of constraints) if (!broken.includes(some)) seen.kept.add(some.kind);
    });
    await fc.assert(holds, { numRuns: 80, seed: 5, endOnFailure: true });
    expect(seen.answered).toBe(80);
    expect(seen.profitable).toBeGreaterThan(10);
    expect(seen.missed).toBeGreaterThan(20);
    expect(seen.missed).toBeLessThan(seen.answered - 20);
    expect(seen.kept.size).toBe(8);
  });
});

async function solve(mandate: Order['mandate'], lossLimit: number) {
  try {
    return await optimize({ ...riskProblem(scenarios, tickers, mandate), lossLimit });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
