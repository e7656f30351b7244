import { beforeAll, describe, expect, it } from 'vitest';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { optimize } from '../../../src/engine/optimize/optimizer.ts';
import { riskProblem } from '../../../src/engine/optimize/problem.ts';
import { bindingIn, type Decided, holdingUp } from '../../../src/engine/optimize/sensitivity.ts';
import { assets, atLeast, atMost } from '../../support/constraints.ts';
import { fatTailed } from '../../support/scenarios.ts';

const scenarios = fatTailed(1000, 6, 3);
const tickers = assets(6);
const alpha = 0.95;

const solve = (constraints: readonly Constraint[], lossLimit = Infinity) =>
  optimize({ ...riskProblem(scenarios, tickers, { constraints, risk: { alpha } }), lossLimit });

async function best(constraints: readonly Constraint[], limit?: number) {
  const solution = await solve(constraints, limit);
  if (solution.status === 'infeasible') throw new Error('expected a limit that can be kept');
  return solution.best;
}

/** As the worker decides, on one sample alone. */
async function decided(constraints: readonly Constraint[], limit?: number): Promise<Decided> {
  const { minimum, gap } = await solve(constraints);
  const mandate = { constraints, risk: { alpha, ...(limit !== undefined && { limit }) } };
  return { tickers, mandate, samples: { scenarios }, minimum: { weights: minimum.weights, gap } };
}

const bindingUnder = async (constraints: readonly Constraint[], limit?: number) =>
  bindingIn(await decided(constraints, limit), (await best(constraints, limit)).weights);

let least: number;
beforeAll(async () => {
  least = (await solve([])).minimum.cvar;
});

describe('what binds', () => {
  it('has the price of one point, as the problems solved again from nothing have it', async () => {
    const constraints = [atMost(0.3), atLeast(0.02), atMost(0.9)];
    const limit = (await solve(constraints)).minimum.cvar + 0.02;
    const now = (await best(constraints, limit)).expectedReturn;
    const gains = [
      [{ kind: 'limit', limit }, (await best(constraints, limit + 0.01)).expectedReturn - now],
      [atMost(0.3), (await best([atMost(0.31), atLeast(0.02)], limit)).expectedReturn - now],
      [atLeast(0.02), (await best([atMost(0.3), atLeast(0.01)], limit)).expectedReturn - now],
    ] as const;
    const binding = await bindingUnder(constraints, limit);
    expect(binding.map(({ constraint }) => constraint)).toContainEqual({ kind: 'limit', limit });
    expect(binding.length).toBeGreaterThan(1);
    for (const [constraint, gain] of gains) {
      const price = binding.find((one) => JSON.stringify(one.constraint) === JSON.stringify(constraint))?.price ?? 0;
      expect(Math.abs(price - gain)).toBeLessThan(gain > 2e-6 ? 3e-7 : 2e-6);
    }
    expect(binding[0]!.constraint.kind).toBe('limit');
    const others = binding.slice(1).map(({ price }) => price);
    expect(others).toEqual(others.toSorted((a, b) => b - a));
  });

  it('moves no equation to where nothing meets it', async () => {
    const none: Constraint = {
      kind: 'linear',
      terms: [{ name: 'A0', tickers: ['A0'], factor: 1 }],
      relation: '=',
      bound: 0,
      text: 'A0 = 0%',
    };
    const limit = (await solve([none])).minimum.cvar + 0.01;
    const now = (await best([none], limit)).expectedReturn;
    const moved = (await best([{ ...none, bound: 0.01 }], limit)).expectedReturn;
    const price =
      (await bindingUnder([none], limit)).find(({ constraint }) => constraint.kind === 'linear')?.price ?? 0;
    expect(Math.abs(price - Math.max(0, moved - now))).toBeLessThan(2e-6);
    // Where it can be moved, but not under the limit, it has no price.
    const tight = (await solve([none])).minimum.cvar;
    await expect(bindingUnder([none], tight)).resolves.toBeDefined();
  });

  it('has a price also where the looser answer loses less than the least risky one before', async () => {
    for (const ticker of tickers) {
      const atLeastOf = (bound: number): Constraint => {
        const terms = [{ name: ticker, tickers: [ticker], factor: 1 }];
        return { kind: 'linear', terms, relation: '>=', bound, text: `${ticker} >= ${100 * bound}%` };
      };
      const gain = (await best([atLeastOf(0.94)])).expectedReturn - (await best([atLeastOf(0.95)])).expectedReturn;
      const [found] = await bindingUnder([atLeastOf(0.95)]);
      expect(found?.price ?? 0).toBeCloseTo(gain, 6);
    }
  });

  it('is nothing where a looser one changes nothing', async () => {
    expect(await bindingUnder([], 0.9)).toEqual([]);
    expect(await bindingUnder([])).toEqual([]);
    expect((await bindingUnder([atMost(1)], least + 0.01)).map(({ constraint }) => constraint.kind)).toEqual(['limit']);
  });

  it('is a constraint alone where there is no limit, or one that does not bind', async () => {
    for (const limit of [undefined, 0.9]) {
      const binding = await bindingUnder([atMost(0.4)], limit);
      expect(binding.map(({ constraint }) => constraint)).toEqual([atMost(0.4)]);
    }
  });

  it('is told of the least risky split too, whose limit it just keeps', async () => {
    const [limit, ...others] = await bindingUnder([], least);
    expect(others).toEqual([]);
    expect(limit!.price).toBeCloseTo(
      (await best([], least + 0.01)).expectedReturn - (await best([], least)).expectedReturn,
      4,
    );
  });
});

describe('what holds the smallest limit up', () => {
  it('has the smallest limit without it, as the problem solved again has it', async () => {
    const constraints = [atLeast(0.12), atMost(0.2)];
    const held = await holdingUp(await decided(constraints));
    expect(held.length).toBeGreaterThan(0);
    const { cvar } = (await solve(constraints)).minimum;
    const minima = await Promise.all(
      constraints.map(async (constraint) => ({
        constraint,
        without: (await solve(constraints.filter((one) => one !== constraint))).minimum.cvar,
      })),
    );
    const falls = minima.filter(({ without }) => cvar - without > 1e-5).toSorted((a, b) => a.without - b.without);
    expect(held).toEqual(
      falls.map(({ constraint, without }) => ({ constraint, minCvarWithout: expect.closeTo(without, 7) })),
    );
  });

  it('is nothing without constraints, or where the least risky split does not touch them', async () => {
    expect(await holdingUp(await decided([]))).toEqual([]);
    expect(await holdingUp(await decided([atMost(0.95)]))).toEqual([]);
  });
});
